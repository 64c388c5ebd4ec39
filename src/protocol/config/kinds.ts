/** The kinds of config and how they travel: config.md §5. */
export interface ConfigKind {
	/** Where they are stored in the swarm. */
	readonly namespace: number;
	/** Keeps their encryption apart. */
	readonly domain: string;
	/** Those of an account, which are wrapped in protobuf: their number there. */
	readonly wrapKind?: number;
}

export const USER_PROFILE: ConfigKind = { namespace: 2, domain: 'UserProfile', wrapKind: 1 };
export const CONTACTS: ConfigKind = { namespace: 3, domain: 'Contacts', wrapKind: 2 };
export const CONVO_INFO_VOLATILE: ConfigKind = { namespace: 4, domain: 'ConvoInfoVolatile', wrapKind: 3 };
export const USER_GROUPS: ConfigKind = { namespace: 5, domain: 'UserGroups', wrapKind: 4 };
/** Signed with the group's key. */
export const GROUP_INFO: ConfigKind = { namespace: 13, domain: 'groups::Info' };
/** Signed with the group's key. */
export const GROUP_MEMBERS: ConfigKind = { namespace: 14, domain: 'groups::Members' };
