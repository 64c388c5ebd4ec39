import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TestCertificate {
	readonly key: string;
	readonly cert: string;
	/** Base64 SHA-256 of the SubjectPublicKeyInfo. */
	readonly spki: string;
	/** Hex SHA-256 of the whole certificate. */
	readonly whole: string;
}

/** A certificate that signs itself, as seeds and nodes have them. `keyFrom` renews one for the same key. */
export function selfSigned(host: string, keyFrom?: TestCertificate): TestCertificate {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-certificate-'));
	const file = (name: string): string => path.join(folder, name);
	try {
		if (keyFrom) writeFileSync(file('key'), keyFrom.key);
		const key = keyFrom ? '-key' : '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout';
		const names = `-days 2 -subj /CN=${host} -addext subjectAltName=DNS:${host}`;
		const args = `req -x509 ${key} ${file('key')} -out ${file('cert')} ${names}`;
		execFileSync('openssl', args.split(' '), { stdio: 'pipe' });
		const cert = readFileSync(file('cert'), 'utf8');
		const parsed = new X509Certificate(cert);
		const spki = parsed.publicKey.export({ type: 'spki', format: 'der' });
		return {
			key: readFileSync(file('key'), 'utf8'),
			cert,
			spki: createHash('sha256').update(spki).digest('base64'),
			whole: createHash('sha256').update(parsed.raw).digest('hex')
		};
	} finally {
		rmSync(folder, { recursive: true });
	}
}
