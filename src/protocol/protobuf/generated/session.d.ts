import * as $protobuf from "protobufjs";
import Long = require("long");

export namespace sotto {

    interface IWebSocketMessage extends sotto.WebSocketMessage.$Properties {
    }

    class WebSocketMessage {
        constructor(properties?: sotto.WebSocketMessage.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.WebSocketMessage.Type;
        request?: (sotto.WebSocketRequest.$Properties|null);
        static encode(message: sotto.WebSocketMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.WebSocketMessage & sotto.WebSocketMessage.$Shape;
    }

    namespace WebSocketMessage {
        interface $Properties {
            type?: (sotto.WebSocketMessage.Type|null);
            request?: (sotto.WebSocketRequest.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.WebSocketMessage.$Properties;

        enum Type {
            UNKNOWN = 0,
            REQUEST = 1,
            RESPONSE = 2
        }
    }

    interface IWebSocketRequest extends sotto.WebSocketRequest.$Properties {
    }

    class WebSocketRequest {
        constructor(properties?: sotto.WebSocketRequest.$Properties);
        $unknowns?: Uint8Array[];
        verb: string;
        path: string;
        body: Uint8Array;
        requestId: number;
        static encode(message: sotto.WebSocketRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.WebSocketRequest & sotto.WebSocketRequest.$Shape;
    }

    namespace WebSocketRequest {
        interface $Properties {
            verb?: (string|null);
            path?: (string|null);
            body?: (Uint8Array|null);
            requestId?: (number|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.WebSocketRequest.$Properties;
    }

    interface IEnvelope extends sotto.Envelope.$Properties {
    }

    class Envelope {
        constructor(properties?: sotto.Envelope.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.Envelope.Type;
        source: string;
        timestamp: number;
        sourceDevice: number;
        content: Uint8Array;
        serverTimestamp: number;
        proSig: Uint8Array;
        static encode(message: sotto.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Envelope & sotto.Envelope.$Shape;
    }

    namespace Envelope {
        interface $Properties {
            type: sotto.Envelope.Type;
            source?: (string|null);
            timestamp: number;
            sourceDevice?: (number|null);
            content?: (Uint8Array|null);
            serverTimestamp?: (number|null);
            proSig?: (Uint8Array|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Envelope.$Properties;

        enum Type {
            SESSION_MESSAGE = 6,
            GROUP_MESSAGE = 7
        }
    }

    interface IContent extends sotto.Content.$Properties {
    }

    class Content {
        constructor(properties?: sotto.Content.$Properties);
        $unknowns?: Uint8Array[];
        dataMessage?: (sotto.DataMessage.$Properties|null);
        callMessage?: (sotto.CallMessage.$Properties|null);
        receiptMessage?: (sotto.ReceiptMessage.$Properties|null);
        typingMessage?: (sotto.TypingMessage.$Properties|null);
        dataExtractionNotification?: (sotto.DataExtractionNotification.$Properties|null);
        unsendRequest?: (sotto.UnsendRequest.$Properties|null);
        messageRequestResponse?: (sotto.MessageRequestResponse.$Properties|null);
        expirationType: sotto.Content.ExpirationType;
        expirationTimer: number;
        sigTimestamp: number;
        proMessage?: (sotto.ProMessage.$Properties|null);
        proSigForCommunityMessageOnly: Uint8Array;
        static encode(message: sotto.Content.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Content & sotto.Content.$Shape;
    }

    namespace Content {
        interface $Properties {
            dataMessage?: (sotto.DataMessage.$Properties|null);
            callMessage?: (sotto.CallMessage.$Properties|null);
            receiptMessage?: (sotto.ReceiptMessage.$Properties|null);
            typingMessage?: (sotto.TypingMessage.$Properties|null);
            dataExtractionNotification?: (sotto.DataExtractionNotification.$Properties|null);
            unsendRequest?: (sotto.UnsendRequest.$Properties|null);
            messageRequestResponse?: (sotto.MessageRequestResponse.$Properties|null);
            expirationType?: (sotto.Content.ExpirationType|null);
            expirationTimer?: (number|null);
            sigTimestamp?: (number|null);
            proMessage?: (sotto.ProMessage.$Properties|null);
            proSigForCommunityMessageOnly?: (Uint8Array|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Content.$Properties;

        enum ExpirationType {
            UNKNOWN = 0,
            DELETE_AFTER_READ = 1,
            DELETE_AFTER_SEND = 2
        }
    }

    interface IDataMessage extends sotto.DataMessage.$Properties {
    }

    class DataMessage {
        constructor(properties?: sotto.DataMessage.$Properties);
        $unknowns?: Uint8Array[];
        body: string;
        attachments: sotto.AttachmentPointer.$Properties[];
        flags: number;
        profileKey: Uint8Array;
        quote?: (sotto.Quote.$Properties|null);
        preview: sotto.Preview.$Properties[];
        reaction?: (sotto.Reaction.$Properties|null);
        profile?: (sotto.Profile.$Properties|null);
        openGroupInvitation?: (sotto.CommunityInvitation.$Properties|null);
        syncTarget: string;
        blocksCommunityMessageRequests: boolean;
        groupUpdateMessage?: (sotto.GroupUpdateMessage.$Properties|null);
        static encode(message: sotto.DataMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.DataMessage & sotto.DataMessage.$Shape;
    }

    namespace DataMessage {
        interface $Properties {
            body?: (string|null);
            attachments?: (sotto.AttachmentPointer.$Properties[]|null);
            flags?: (number|null);
            profileKey?: (Uint8Array|null);
            quote?: (sotto.Quote.$Properties|null);
            preview?: (sotto.Preview.$Properties[]|null);
            reaction?: (sotto.Reaction.$Properties|null);
            profile?: (sotto.Profile.$Properties|null);
            openGroupInvitation?: (sotto.CommunityInvitation.$Properties|null);
            syncTarget?: (string|null);
            blocksCommunityMessageRequests?: (boolean|null);
            groupUpdateMessage?: (sotto.GroupUpdateMessage.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.DataMessage.$Properties;
    }

    interface IAttachmentPointer extends sotto.AttachmentPointer.$Properties {
    }

    class AttachmentPointer {
        constructor(properties?: sotto.AttachmentPointer.$Properties);
        $unknowns?: Uint8Array[];
        id: number;
        contentType: string;
        key: Uint8Array;
        size: number;
        digest: Uint8Array;
        fileName: string;
        flags: number;
        width: number;
        height: number;
        caption: string;
        url: string;
        static encode(message: sotto.AttachmentPointer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.AttachmentPointer & sotto.AttachmentPointer.$Shape;
    }

    namespace AttachmentPointer {
        interface $Properties {
            id: number;
            contentType?: (string|null);
            key?: (Uint8Array|null);
            size?: (number|null);
            digest?: (Uint8Array|null);
            fileName?: (string|null);
            flags?: (number|null);
            width?: (number|null);
            height?: (number|null);
            caption?: (string|null);
            url?: (string|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.AttachmentPointer.$Properties;
    }

    interface IQuote extends sotto.Quote.$Properties {
    }

    class Quote {
        constructor(properties?: sotto.Quote.$Properties);
        $unknowns?: Uint8Array[];
        id: number;
        author: string;
        text: string;
        static encode(message: sotto.Quote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Quote & sotto.Quote.$Shape;
    }

    namespace Quote {
        interface $Properties {
            id: number;
            author: string;
            text?: (string|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Quote.$Properties;
    }

    interface IPreview extends sotto.Preview.$Properties {
    }

    class Preview {
        constructor(properties?: sotto.Preview.$Properties);
        $unknowns?: Uint8Array[];
        url: string;
        title: string;
        image?: (sotto.AttachmentPointer.$Properties|null);
        static encode(message: sotto.Preview.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Preview & sotto.Preview.$Shape;
    }

    namespace Preview {
        interface $Properties {
            url: string;
            title?: (string|null);
            image?: (sotto.AttachmentPointer.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Preview.$Properties;
    }

    interface IReaction extends sotto.Reaction.$Properties {
    }

    class Reaction {
        constructor(properties?: sotto.Reaction.$Properties);
        $unknowns?: Uint8Array[];
        id: number;
        author: string;
        emoji: string;
        action: sotto.Reaction.Action;
        static encode(message: sotto.Reaction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Reaction & sotto.Reaction.$Shape;
    }

    namespace Reaction {
        interface $Properties {
            id: number;
            author: string;
            emoji?: (string|null);
            action: sotto.Reaction.Action;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Reaction.$Properties;

        enum Action {
            REACT = 0,
            REMOVE = 1
        }
    }

    interface IProfile extends sotto.Profile.$Properties {
    }

    class Profile {
        constructor(properties?: sotto.Profile.$Properties);
        $unknowns?: Uint8Array[];
        displayName: string;
        profilePicture: string;
        lastUpdateSeconds: number;
        static encode(message: sotto.Profile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.Profile & sotto.Profile.$Shape;
    }

    namespace Profile {
        interface $Properties {
            displayName?: (string|null);
            profilePicture?: (string|null);
            lastUpdateSeconds?: (number|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.Profile.$Properties;
    }

    interface ICommunityInvitation extends sotto.CommunityInvitation.$Properties {
    }

    class CommunityInvitation {
        constructor(properties?: sotto.CommunityInvitation.$Properties);
        $unknowns?: Uint8Array[];
        url: string;
        name: string;
        static encode(message: sotto.CommunityInvitation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.CommunityInvitation & sotto.CommunityInvitation.$Shape;
    }

    namespace CommunityInvitation {
        interface $Properties {
            url: string;
            name: string;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.CommunityInvitation.$Properties;
    }

    interface ITypingMessage extends sotto.TypingMessage.$Properties {
    }

    class TypingMessage {
        constructor(properties?: sotto.TypingMessage.$Properties);
        $unknowns?: Uint8Array[];
        timestamp: number;
        action: sotto.TypingMessage.Action;
        static encode(message: sotto.TypingMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.TypingMessage & sotto.TypingMessage.$Shape;
    }

    namespace TypingMessage {
        interface $Properties {
            timestamp: number;
            action: sotto.TypingMessage.Action;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.TypingMessage.$Properties;

        enum Action {
            STARTED = 0,
            STOPPED = 1
        }
    }

    interface IReceiptMessage extends sotto.ReceiptMessage.$Properties {
    }

    class ReceiptMessage {
        constructor(properties?: sotto.ReceiptMessage.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.ReceiptMessage.Type;
        timestamp: number[];
        static encode(message: sotto.ReceiptMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.ReceiptMessage & sotto.ReceiptMessage.$Shape;
    }

    namespace ReceiptMessage {
        interface $Properties {
            type: sotto.ReceiptMessage.Type;
            timestamp?: (number[]|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.ReceiptMessage.$Properties;

        enum Type {
            DELIVERY = 0,
            READ = 1
        }
    }

    interface IUnsendRequest extends sotto.UnsendRequest.$Properties {
    }

    class UnsendRequest {
        constructor(properties?: sotto.UnsendRequest.$Properties);
        $unknowns?: Uint8Array[];
        timestamp: number;
        author: string;
        static encode(message: sotto.UnsendRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.UnsendRequest & sotto.UnsendRequest.$Shape;
    }

    namespace UnsendRequest {
        interface $Properties {
            timestamp: number;
            author: string;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.UnsendRequest.$Properties;
    }

    interface IMessageRequestResponse extends sotto.MessageRequestResponse.$Properties {
    }

    class MessageRequestResponse {
        constructor(properties?: sotto.MessageRequestResponse.$Properties);
        $unknowns?: Uint8Array[];
        isApproved: boolean;
        profileKey: Uint8Array;
        profile?: (sotto.Profile.$Properties|null);
        static encode(message: sotto.MessageRequestResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.MessageRequestResponse & sotto.MessageRequestResponse.$Shape;
    }

    namespace MessageRequestResponse {
        interface $Properties {
            isApproved: boolean;
            profileKey?: (Uint8Array|null);
            profile?: (sotto.Profile.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.MessageRequestResponse.$Properties;
    }

    interface IDataExtractionNotification extends sotto.DataExtractionNotification.$Properties {
    }

    class DataExtractionNotification {
        constructor(properties?: sotto.DataExtractionNotification.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.DataExtractionNotification.Type;
        timestamp: number;
        static encode(message: sotto.DataExtractionNotification.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.DataExtractionNotification & sotto.DataExtractionNotification.$Shape;
    }

    namespace DataExtractionNotification {
        interface $Properties {
            type: sotto.DataExtractionNotification.Type;
            timestamp?: (number|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.DataExtractionNotification.$Properties;

        enum Type {
            SCREENSHOT = 1,
            MEDIA_SAVED = 2
        }
    }

    interface ICallMessage extends sotto.CallMessage.$Properties {
    }

    class CallMessage {
        constructor(properties?: sotto.CallMessage.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.CallMessage.Type;
        sdps: string[];
        sdpMLineIndexes: number[];
        sdpMids: string[];
        uuid: string;
        static encode(message: sotto.CallMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.CallMessage & sotto.CallMessage.$Shape;
    }

    namespace CallMessage {
        interface $Properties {
            type: sotto.CallMessage.Type;
            sdps?: (string[]|null);
            sdpMLineIndexes?: (number[]|null);
            sdpMids?: (string[]|null);
            uuid: string;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.CallMessage.$Properties;

        enum Type {
            OFFER = 1,
            ANSWER = 2,
            PROVISIONAL_ANSWER = 3,
            ICE_CANDIDATES = 4,
            END_CALL = 5,
            PRE_OFFER = 6
        }
    }

    interface IGroupUpdateMessage extends sotto.GroupUpdateMessage.$Properties {
    }

    class GroupUpdateMessage {
        constructor(properties?: sotto.GroupUpdateMessage.$Properties);
        $unknowns?: Uint8Array[];
        inviteMessage?: (sotto.GroupInvite.$Properties|null);
        infoChangeMessage?: (sotto.GroupInfoChange.$Properties|null);
        memberChangeMessage?: (sotto.GroupMemberChange.$Properties|null);
        promoteMessage?: (sotto.GroupPromote.$Properties|null);
        memberLeftMessage?: (sotto.GroupMemberLeft.$Properties|null);
        inviteResponse?: (sotto.GroupInviteResponse.$Properties|null);
        deleteMemberContent?: (sotto.GroupDeleteMemberContent.$Properties|null);
        memberLeftNotificationMessage?: (sotto.GroupMemberLeftNotification.$Properties|null);
        static encode(message: sotto.GroupUpdateMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupUpdateMessage & sotto.GroupUpdateMessage.$Shape;
    }

    namespace GroupUpdateMessage {
        interface $Properties {
            inviteMessage?: (sotto.GroupInvite.$Properties|null);
            infoChangeMessage?: (sotto.GroupInfoChange.$Properties|null);
            memberChangeMessage?: (sotto.GroupMemberChange.$Properties|null);
            promoteMessage?: (sotto.GroupPromote.$Properties|null);
            memberLeftMessage?: (sotto.GroupMemberLeft.$Properties|null);
            inviteResponse?: (sotto.GroupInviteResponse.$Properties|null);
            deleteMemberContent?: (sotto.GroupDeleteMemberContent.$Properties|null);
            memberLeftNotificationMessage?: (sotto.GroupMemberLeftNotification.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupUpdateMessage.$Properties;
    }

    interface IGroupInvite extends sotto.GroupInvite.$Properties {
    }

    class GroupInvite {
        constructor(properties?: sotto.GroupInvite.$Properties);
        $unknowns?: Uint8Array[];
        groupSessionId: string;
        name: string;
        memberAuthData: Uint8Array;
        adminSignature: Uint8Array;
        static encode(message: sotto.GroupInvite.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupInvite & sotto.GroupInvite.$Shape;
    }

    namespace GroupInvite {
        interface $Properties {
            groupSessionId: string;
            name: string;
            memberAuthData: Uint8Array;
            adminSignature: Uint8Array;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupInvite.$Properties;
    }

    interface IGroupInfoChange extends sotto.GroupInfoChange.$Properties {
    }

    class GroupInfoChange {
        constructor(properties?: sotto.GroupInfoChange.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.GroupInfoChange.Type;
        updatedName: string;
        updatedExpiration: number;
        adminSignature: Uint8Array;
        static encode(message: sotto.GroupInfoChange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupInfoChange & sotto.GroupInfoChange.$Shape;
    }

    namespace GroupInfoChange {
        interface $Properties {
            type: sotto.GroupInfoChange.Type;
            updatedName?: (string|null);
            updatedExpiration?: (number|null);
            adminSignature: Uint8Array;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupInfoChange.$Properties;

        enum Type {
            NAME = 1,
            AVATAR = 2,
            DISAPPEARING_MESSAGES = 3
        }
    }

    interface IGroupMemberChange extends sotto.GroupMemberChange.$Properties {
    }

    class GroupMemberChange {
        constructor(properties?: sotto.GroupMemberChange.$Properties);
        $unknowns?: Uint8Array[];
        type: sotto.GroupMemberChange.Type;
        memberSessionIds: string[];
        historyShared: boolean;
        adminSignature: Uint8Array;
        static encode(message: sotto.GroupMemberChange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupMemberChange & sotto.GroupMemberChange.$Shape;
    }

    namespace GroupMemberChange {
        interface $Properties {
            type: sotto.GroupMemberChange.Type;
            memberSessionIds?: (string[]|null);
            historyShared?: (boolean|null);
            adminSignature: Uint8Array;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupMemberChange.$Properties;

        enum Type {
            ADDED = 1,
            REMOVED = 2,
            PROMOTED = 3
        }
    }

    interface IGroupPromote extends sotto.GroupPromote.$Properties {
    }

    class GroupPromote {
        constructor(properties?: sotto.GroupPromote.$Properties);
        $unknowns?: Uint8Array[];
        groupIdentitySeed: Uint8Array;
        name: string;
        static encode(message: sotto.GroupPromote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupPromote & sotto.GroupPromote.$Shape;
    }

    namespace GroupPromote {
        interface $Properties {
            groupIdentitySeed: Uint8Array;
            name: string;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupPromote.$Properties;
    }

    interface IGroupMemberLeft extends sotto.GroupMemberLeft.$Properties {
    }

    class GroupMemberLeft {
        constructor(properties?: sotto.GroupMemberLeft.$Properties);
        $unknowns?: Uint8Array[];
        static encode(message: sotto.GroupMemberLeft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupMemberLeft & sotto.GroupMemberLeft.$Shape;
    }

    namespace GroupMemberLeft {
        interface $Properties {
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupMemberLeft.$Properties;
    }

    interface IGroupInviteResponse extends sotto.GroupInviteResponse.$Properties {
    }

    class GroupInviteResponse {
        constructor(properties?: sotto.GroupInviteResponse.$Properties);
        $unknowns?: Uint8Array[];
        isApproved: boolean;
        static encode(message: sotto.GroupInviteResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupInviteResponse & sotto.GroupInviteResponse.$Shape;
    }

    namespace GroupInviteResponse {
        interface $Properties {
            isApproved: boolean;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupInviteResponse.$Properties;
    }

    interface IGroupDeleteMemberContent extends sotto.GroupDeleteMemberContent.$Properties {
    }

    class GroupDeleteMemberContent {
        constructor(properties?: sotto.GroupDeleteMemberContent.$Properties);
        $unknowns?: Uint8Array[];
        memberSessionIds: string[];
        messageHashes: string[];
        adminSignature: Uint8Array;
        static encode(message: sotto.GroupDeleteMemberContent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupDeleteMemberContent & sotto.GroupDeleteMemberContent.$Shape;
    }

    namespace GroupDeleteMemberContent {
        interface $Properties {
            memberSessionIds?: (string[]|null);
            messageHashes?: (string[]|null);
            adminSignature?: (Uint8Array|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupDeleteMemberContent.$Properties;
    }

    interface IGroupMemberLeftNotification extends sotto.GroupMemberLeftNotification.$Properties {
    }

    class GroupMemberLeftNotification {
        constructor(properties?: sotto.GroupMemberLeftNotification.$Properties);
        $unknowns?: Uint8Array[];
        static encode(message: sotto.GroupMemberLeftNotification.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.GroupMemberLeftNotification & sotto.GroupMemberLeftNotification.$Shape;
    }

    namespace GroupMemberLeftNotification {
        interface $Properties {
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.GroupMemberLeftNotification.$Properties;
    }

    interface IProMessage extends sotto.ProMessage.$Properties {
    }

    class ProMessage {
        constructor(properties?: sotto.ProMessage.$Properties);
        $unknowns?: Uint8Array[];
        proof?: (sotto.ProProof.$Properties|null);
        profileBitset: number;
        messageBitset: number;
        static encode(message: sotto.ProMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.ProMessage & sotto.ProMessage.$Shape;
    }

    namespace ProMessage {
        interface $Properties {
            proof?: (sotto.ProProof.$Properties|null);
            profileBitset?: (number|null);
            messageBitset?: (number|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.ProMessage.$Properties;
    }

    interface IProProof extends sotto.ProProof.$Properties {
    }

    class ProProof {
        constructor(properties?: sotto.ProProof.$Properties);
        $unknowns?: Uint8Array[];
        version: number;
        tag: Uint8Array;
        rotatingPublicKey: Uint8Array;
        expiry: number;
        sig: Uint8Array;
        static encode(message: sotto.ProProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.ProProof & sotto.ProProof.$Shape;
    }

    namespace ProProof {
        interface $Properties {
            version?: (number|null);
            tag?: (Uint8Array|null);
            rotatingPublicKey?: (Uint8Array|null);
            expiry?: (number|null);
            sig?: (Uint8Array|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.ProProof.$Properties;
    }

    interface IConfigContent extends sotto.ConfigContent.$Properties {
    }

    class ConfigContent {
        constructor(properties?: sotto.ConfigContent.$Properties);
        $unknowns?: Uint8Array[];
        sharedConfigMessage?: (sotto.SharedConfigMessage.$Properties|null);
        static encode(message: sotto.ConfigContent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.ConfigContent & sotto.ConfigContent.$Shape;
    }

    namespace ConfigContent {
        interface $Properties {
            sharedConfigMessage?: (sotto.SharedConfigMessage.$Properties|null);
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.ConfigContent.$Properties;
    }

    interface ISharedConfigMessage extends sotto.SharedConfigMessage.$Properties {
    }

    class SharedConfigMessage {
        constructor(properties?: sotto.SharedConfigMessage.$Properties);
        $unknowns?: Uint8Array[];
        kind: number;
        seqno: number;
        data: Uint8Array;
        static encode(message: sotto.SharedConfigMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sotto.SharedConfigMessage & sotto.SharedConfigMessage.$Shape;
    }

    namespace SharedConfigMessage {
        interface $Properties {
            kind: number;
            seqno: number;
            data: Uint8Array;
            $unknowns?: Uint8Array[];
        }
        type $Shape = sotto.SharedConfigMessage.$Properties;
    }
}
