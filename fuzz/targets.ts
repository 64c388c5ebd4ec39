import { configTargets } from './targets-config';
import { encodingTargets } from './targets-encodings';
import { groupTargets } from './targets-groups';
import { mediaTargets } from './targets-media';
import { messageTargets } from './targets-messages';
import { networkTargets } from './targets-network';
import type { Target } from './target';

export async function allTargets(): Promise<readonly Target[]> {
	return [
		...encodingTargets(),
		...messageTargets(),
		...configTargets(),
		...groupTargets(),
		...(await networkTargets()),
		...(await mediaTargets())
	];
}
