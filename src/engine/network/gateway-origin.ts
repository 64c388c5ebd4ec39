import { EngineError } from '../errors';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The origin of a gateway that a person named. Throws EngineError `invalid-gateway`; plain http only on loopback. */
export function gatewayOrigin(input: string): string {
	let url: URL;
	try {
		url = new URL(input.trim());
	} catch (cause) {
		throw new EngineError('invalid-gateway', { reason: 'not-an-address' }, { cause });
	}
	const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
	if (!secure) throw new EngineError('invalid-gateway', { reason: 'not-https' });
	const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
	if (!bare || url.pathname !== '/')
		throw new EngineError('invalid-gateway', { reason: 'more-than-an-origin' });
	return url.origin;
}
