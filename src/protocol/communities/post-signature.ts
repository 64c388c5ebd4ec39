/** Signatures of posts, which the server does not check: communities.md §6. */
import { blindedPublicKey, parseBlindedId } from '../blinding/blinded-id';
import { parseAccountId, x25519Of } from '../identity';
import { verify } from '../keys';
import { xed25519Verify } from '../xed25519';

/**
 * Whether a post's author signed these bytes, the padded content. `author` is a blinded id or, on servers without
 * blinding, an Account ID. Throws ProtocolError 'malformed' for any other author.
 */
export function verifyPost(author: string, content: Uint8Array, signature: Uint8Array): boolean {
	if (author.startsWith('05')) {
		return xed25519Verify(signature, content, x25519Of(parseAccountId(author)));
	}
	return verify(signature, content, blindedPublicKey(parseBlindedId(author)));
}
