import { fromBase64, fromHex } from '../protocol/bytes';
import { ProtocolError } from '../protocol/errors';
import { parseEd25519PublicKey, parseX25519PublicKey, snodeId } from '../protocol/keys';
import { parseSwarmId } from '../protocol/swarm';
import type { SwarmId, X25519PublicKey } from '../protocol/types';
import { addressKind, isLoopbackHost } from './address';
import { builtinNames } from './builtin-names';
import type { ListedNode, NetworkProfile, OnionServer, Seed } from './profile';
import { JsonReader } from './read-json';

/**
 * Reads the JSON form of a profile (docs/networks.md): plain data as `JSON.parse` gives it, hostile until this
 * returns. Throws `ProfileError`, which says where and what.
 */
export function parseNetworkProfile(json: unknown): NetworkProfile {
	return parseProfile(json, 'custom');
}

/** The same for a document that ships with the release, whose name is reserved. */
export function parseBundledProfile(json: unknown): NetworkProfile {
	return parseProfile(json, 'builtin');
}

function parseProfile(json: unknown, kind: NetworkProfile['kind']): NetworkProfile {
	const root = JsonReader.root(json);
	const read = root.members([
		'name',
		'seeds',
		'nodes',
		'nodesAsOf',
		'fileServer',
		'minimumNodes',
		'agreement',
		'hops',
		'distinctSubnets'
	]);
	const profile: NetworkProfile = {
		name: parseName(read.name, kind),
		kind,
		seeds: read.seeds.list(16).map(parseSeed),
		nodes: read.nodes.list(5000).map(parseNode),
		nodesAsOf: read.nodesAsOf.isNull
			? null
			: read.nodesAsOf.text(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-02-22'),
		fileServer: read.fileServer.isNull ? null : parseServer(read.fileServer),
		minimumNodes: read.minimumNodes.integer(1, 1000, 24),
		agreement: read.agreement.integer(1, 10, 3),
		hops: read.hops.integer(2, 5, 3),
		distinctSubnets: read.distinctSubnets.flag(true)
	};
	if (profile.seeds.length === 0 && profile.nodes.length === 0) root.fail('names neither seeds nor nodes');
	if (profile.nodes.length > 0 && profile.nodes.length < profile.minimumNodes)
		read.nodes.fail(`has fewer entries than minimumNodes, ${profile.minimumNodes}`);
	if (profile.minimumNodes <= profile.hops) read.minimumNodes.fail('must be more than hops');
	if (profile.agreement > profile.minimumNodes) read.agreement.fail('must not be more than minimumNodes');
	refuseRepeats(profile.nodes, read.nodes);
	return profile;
}

function parseName(name: JsonReader, kind: NetworkProfile['kind']): string {
	const text = name.text(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9, dot and hyphen');
	if (kind === 'custom' && builtinNames.some((builtin) => builtin === text))
		return name.fail('is the name of a built-in network');
	return text;
}

function refuseRepeats(nodes: readonly ListedNode[], list: JsonReader): void {
	const ids = new Set(nodes.map((node) => node.id));
	if (ids.size !== nodes.length) list.fail('names a node twice');
}

function parseUrl(reader: JsonReader): URL {
	const text = reader.text(/^https?:\/\/[^\s]{1,200}$/, 'must be an http or https address');
	const url = URL.canParse(text) ? new URL(text) : reader.fail('must be an http or https address');
	const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
	if (!bare || url.pathname !== '/') reader.fail('must be a host and port only');
	return url;
}

function parseSeed(reader: JsonReader): Seed {
	const read = reader.members(['url', 'spkiSha256', 'certificateSha256']);
	const url = parseUrl(read.url);
	const spkiSha256 = read.spkiSha256.isNull ? null : parsePin(read.spkiSha256);
	const certificateSha256 = read.certificateSha256.isNull ? null : read.certificateSha256.hex32();
	if (url.protocol === 'http:') {
		if (!isLoopbackHost(url.hostname)) read.url.fail('plain http is for loopback only');
		if (spkiSha256 !== null || certificateSha256 !== null)
			reader.fail('plain http has no certificate to pin');
	} else if (spkiSha256 === null) {
		read.spkiSha256.fail('an https seed needs the pin of its key');
	}
	return { url: url.origin, spkiSha256, certificateSha256 };
}

function parsePin(reader: JsonReader): string {
	const pin = reader.text(/^[A-Za-z0-9+/]{43}=$/, 'must be the base64 of a SHA-256');
	return decoded(reader, () => fromBase64(pin).length) === 32
		? pin
		: reader.fail('must be the base64 of a SHA-256');
}

function parseNode(reader: JsonReader): ListedNode {
	const read = reader.members(['ed25519', 'x25519', 'ip', 'port', 'protocol', 'swarm']);
	const ip = read.ip.text(/^[\d.]{7,15}$/, 'must be an IPv4 address');
	const kind = addressKind(ip);
	if (kind === 'forbidden') read.ip.fail('is no address that a node can have');
	const protocol = read.protocol.choice(['https', 'http'], 'https');
	if (protocol === 'http' && kind !== 'loopback') read.protocol.fail('plain http is for loopback only');
	const ed25519 = decoded(read.ed25519, () => parseEd25519PublicKey(fromHex(read.ed25519.hex32())));
	return {
		id: snodeId(ed25519),
		ed25519,
		x25519: parseX25519(read.x25519),
		ip,
		port: read.port.integer(1, 65_535),
		protocol,
		swarm: read.swarm.isNull ? null : parseSwarm(read.swarm)
	};
}

function parseX25519(reader: JsonReader): X25519PublicKey {
	return decoded(reader, () => parseX25519PublicKey(fromHex(reader.hex32())));
}

function parseSwarm(reader: JsonReader): SwarmId {
	const hex = reader.text(/^[0-9a-f]{1,16}$/i, 'must be 1 to 16 hex characters');
	return decoded(reader, () => parseSwarmId(BigInt(`0x${hex}`)));
}

function parseServer(reader: JsonReader): OnionServer {
	const read = reader.members(['url', 'x25519']);
	const url = parseUrl(read.url);
	const protocol = url.protocol === 'http:' ? 'http' : 'https';
	return {
		host: url.hostname,
		port: Number(url.port) || (protocol === 'http' ? 80 : 443),
		protocol,
		x25519: parseX25519(read.x25519)
	};
}

/** Key and base64 checks are the protocol's; their refusals become this document's. */
function decoded<Value>(reader: JsonReader, decode: () => Value): Value {
	try {
		return decode();
	} catch (error) {
		if (error instanceof ProtocolError) return reader.fail(error.message);
		throw error;
	}
}
