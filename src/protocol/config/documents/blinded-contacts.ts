/** People that an account wrote to through a community and knows by a blinded id only: config.md §9.2. */
import { parseBlindedId } from '../../blinding/blinded-id';
import { ProtocolError } from '../../errors';
import type { BlindedId, X25519PublicKey } from '../../types';
import type { ConfigObject } from '../object';
import type { ConfigDict } from '../tree';
import {
	checkPicture,
	dictAt,
	FieldWriter,
	NAME_MAX_BYTES,
	readFlag,
	readInteger,
	readNumbers,
	readPicture,
	readSeconds,
	readText,
	toSeconds,
	truncateUtf8
} from './fields';
import type { Picture } from './fields';
import { RoomRecords } from './rooms';

export interface BlindedContact {
	readonly baseUrl: string;
	readonly publicKey: X25519PublicKey;
	readonly id: BlindedId;
	/** Cut to 100 bytes when stored. */
	readonly name: string;
	readonly picture: Picture | undefined;
	/** Unix seconds; 0 when unknown. */
	readonly profileUpdated: number;
	readonly priority: number;
	/** Unix seconds; 0 when unknown. */
	readonly created: number;
	readonly proFeatures: readonly number[];
}

const LEGACY_PREFIX = '15';
const PREFIX = '25';

export class BlindedContacts {
	private readonly records: RoomRecords;

	constructor(private readonly config: ConfigObject) {
		this.records = new RoomRecords(config, 'b', canonicalKey);
	}

	/** In the order of servers, then ids. */
	all(): BlindedContact[] {
		return this.records.all().map(({ baseUrl, room, publicKey, record }) => {
			const prefix = readFlag(record, 'y') ? LEGACY_PREFIX : PREFIX;
			return readContact({ baseUrl, publicKey, id: parseBlindedId(prefix + room) }, record);
		});
	}

	/**
	 * Makes or replaces it. Throws ProtocolError 'too-large' or 'malformed' for a bad picture or server, and changes
	 * nothing.
	 */
	set(contact: BlindedContact): void {
		checkPicture(contact.picture);
		const path = this.records.path(contact.baseUrl, contact.id.slice(PREFIX.length));
		this.records.setPublicKey(contact.baseUrl, contact.publicKey);
		const fields = new FieldWriter(this.config, path);
		fields.keptText('n', truncateUtf8(contact.name, NAME_MAX_BYTES));
		fields.picture('p', 'q', contact.picture);
		fields.positive('t', toSeconds(contact.profileUpdated));
		fields.nonzero('+', contact.priority);
		fields.positive('j', toSeconds(contact.created));
		fields.numbers('f', contact.proFeatures);
		fields.flag('y', contact.id.startsWith(LEGACY_PREFIX));
	}

	get(baseUrl: string, id: BlindedId): BlindedContact | undefined {
		const record = dictAt(this.config, this.records.path(baseUrl, id.slice(PREFIX.length)));
		const publicKey = this.records.publicKeyOf(baseUrl);
		if (record === undefined || publicKey === undefined) return undefined;
		return readContact({ baseUrl, publicKey, id }, record);
	}

	erase(baseUrl: string, id: BlindedId): void {
		this.records.erase(baseUrl, id.slice(PREFIX.length));
	}
}

/** The id without its prefix: 64 hex digits. */
function canonicalKey(text: string): string {
	if (!/^[0-9a-f]{64}$/i.test(text)) throw new ProtocolError('malformed', 'not a blinded id');
	return text.toLowerCase();
}

function readContact(
	where: Pick<BlindedContact, 'baseUrl' | 'publicKey' | 'id'>,
	record: ConfigDict
): BlindedContact {
	return {
		...where,
		name: readText(record, 'n'),
		picture: readPicture(record, 'p', 'q'),
		profileUpdated: readSeconds(record, 't'),
		priority: readInteger(record, '+') ?? 0,
		created: readSeconds(record, 'j'),
		proFeatures: readNumbers(record, 'f')
	};
}
