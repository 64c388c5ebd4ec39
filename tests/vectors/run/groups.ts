/** XEd25519, blinding, what is sealed for many or for a push service, and groups. */
import { handlers as blinding } from './blinding';
import type { Handlers } from './handler';
import { handlers as sealed } from './sealed';
import { handlers as xed25519 } from './xed25519';

export const handlers: Handlers = { ...xed25519, ...blinding, ...sealed };
