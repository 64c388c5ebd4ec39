/** A self-signed certificate as storage nodes make one on their first start; Node can sign one but not compose it. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SelfSigned {
	/** PEM both. */
	readonly key: string;
	readonly cert: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const NULL = Buffer.from([0x05, 0x00]);
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
const IP_ADDRESS_TAG = 0x87;

/** Object identifiers, encoded. */
const SHA256_WITH_RSA = '06092a864886f70d01010b';
const COUNTRY = '0603550406';
const COMMON_NAME = '0603550403';
const ORGANISATION = '060355040a';
const ALTERNATIVE_NAME = '0603551d11';

const VALID_DAYS = 10_000;

/** RSA-2048, C=AU, CN=localhost, O=Oxen, good for these IPv4 addresses. */
export function selfSigned(addresses: readonly string[]): SelfSigned {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const algorithm = der(SEQUENCE, Buffer.from(SHA256_WITH_RSA, 'hex'), NULL);
	const name = der(
		SEQUENCE,
		attribute(COUNTRY, 'AU'),
		attribute(COMMON_NAME, 'localhost'),
		attribute(ORGANISATION, 'Oxen')
	);
	const now = Date.now();
	const validity = der(SEQUENCE, time(now), time(now + VALID_DAYS * 86_400_000));
	const body = der(
		SEQUENCE,
		der(VERSION_TAG, der(INTEGER, Buffer.from([2]))),
		der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
		algorithm,
		name,
		validity,
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(EXTENSIONS_TAG, der(SEQUENCE, alternativeNames(addresses)))
	);
	const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', body, privateKey));
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: pem(der(SEQUENCE, body, algorithm, signature))
	};
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
	if (length < 0x80) return Buffer.from([length]);
	if (length < 0x100) return Buffer.from([0x81, length]);
	return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function attribute(type: string, value: string): Buffer {
	return der(SET, der(SEQUENCE, Buffer.from(type, 'hex'), der(UTF8_STRING, Buffer.from(value))));
}

function time(ms: number): Buffer {
	const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14);
	return der(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}

function alternativeNames(addresses: readonly string[]): Buffer {
	const names = addresses.map((address) => der(IP_ADDRESS_TAG, Buffer.from(address.split('.').map(Number))));
	return der(SEQUENCE, Buffer.from(ALTERNATIVE_NAME, 'hex'), der(OCTET_STRING, der(SEQUENCE, ...names)));
}

function pem(certificate: Buffer): string {
	const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
