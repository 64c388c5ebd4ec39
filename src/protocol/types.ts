/**
 * The values of the Session protocol, branded so that one kind of id, key or hash cannot be passed as another.
 * A brand is put on by the function that checked the value (parseAccountId, identityFromSeed, …), nowhere else.
 */

/** Bytes over a plain ArrayBuffer: the kind that WebCrypto, IndexedDB and structured clone all take. */
export type Bytes = Uint8Array<ArrayBuffer>;

declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** `05` + X25519 public key: 66 lower-case hex characters. */
export type AccountId = Branded<string, 'AccountId'>;
/** The 16 random bytes that are the account: recovery words and every key come from them. */
export type AccountSeed = Branded<Bytes, 'AccountSeed'>;

/** `03` + the group's Ed25519 public key: 66 lower-case hex characters. */
export type GroupId = Branded<string, 'GroupId'>;
/** 32 bytes: the Ed25519 seed of a group. Whoever has it is an admin for good. */
export type GroupSeed = Branded<Bytes, 'GroupSeed'>;
/** 32 bytes: the key of one generation, which encrypts a group's messages and documents. */
export type GroupKey = Branded<Bytes, 'GroupKey'>;
/** 100 bytes: what a member got with the invite, and signs requests to the group's swarm with. */
export type MemberAuth = Branded<Bytes, 'MemberAuth'>;
/** 36 bytes: what the swarm knows a member by. */
export type SubaccountToken = Branded<Bytes, 'SubaccountToken'>;

/** `15` + blinded Ed25519 key: 66 lower-case hex characters. Names someone on one community server. */
export type Blinded15Id = Branded<string, 'Blinded15Id'>;
/** The same by the second scheme, `25` + key, which no client sends yet. */
export type Blinded25Id = Branded<string, 'Blinded25Id'>;
export type BlindedId = Blinded15Id | Blinded25Id;

/** 32 bytes. */
export type Ed25519PublicKey = Branded<Bytes, 'Ed25519PublicKey'>;
/** 64 bytes in libsodium's form: 32-byte seed, then the public key. */
export type Ed25519SecretKey = Branded<Bytes, 'Ed25519SecretKey'>;
/** 64 bytes. */
export type Ed25519Signature = Branded<Bytes, 'Ed25519Signature'>;
/** 32 bytes. */
export type X25519PublicKey = Branded<Bytes, 'X25519PublicKey'>;
/** 32 bytes, clamped. */
export type X25519SecretKey = Branded<Bytes, 'X25519SecretKey'>;
/** 32 bytes, little-endian: a factor of curve points, taken modulo the order of Ed25519's main subgroup. */
export type Scalar = Branded<Bytes, 'Scalar'>;

export interface Ed25519KeyPair {
	readonly publicKey: Ed25519PublicKey;
	readonly secretKey: Ed25519SecretKey;
}

export interface X25519KeyPair {
	readonly publicKey: X25519PublicKey;
	readonly secretKey: X25519SecretKey;
}

/** A session node's Ed25519 public key: 64 lower-case hex characters. It names the node everywhere. */
export type SnodeId = Branded<string, 'SnodeId'>;
/** Unsigned 64-bit swarm id; 2^64-1 means "none" and never is one. */
export type SwarmId = Branded<bigint, 'SwarmId'>;
/** A stored message's hash: 43 characters of unpadded base64. */
export type MessageHash = Branded<string, 'MessageHash'>;
/** Milliseconds since the Unix epoch by the network's clock; every protocol timestamp is one. */
export type NetworkTime = Branded<number, 'NetworkTime'>;

/** Cryptographic randomness, handed in: the protocol never fetches its own. */
export type RandomBytes = (length: number) => Bytes;
