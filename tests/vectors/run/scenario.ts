/** Scenarios: steps in order against named devices. Configs and groups have their own steps. */
import type { NetworkTime } from '../../../src/protocol/types';
import type { Check } from './check';
import type { ConfigDevice } from './config-device';
import { steps as configSteps } from './config-steps';
import type { Fields } from './fields';
import { checkPeople, steps as groupSteps } from './group-steps';
import type { Handler, Handlers } from './handler';

/** What the steps of one scenario share. */
export interface World {
	/** Far in the future where a scenario says nothing of time. */
	now: NetworkTime;
	readonly devices: Map<string, ConfigDevice>;
	/** Whatever was pushed, in order. */
	readonly pushes: { readonly device: string; readonly seqno: number; readonly bytes: string }[];
}

export type Step = (step: Fields, check: Check, world: World) => void | Promise<void>;

const all: Readonly<Record<string, Step>> = { ...configSteps, ...groupSteps };

const steps: Handler = async (one, check) => {
	const world: World = { now: 1_900_000_000_000 as NetworkTime, devices: new Map(), pushes: [] };
	one.skip('note2');
	checkPeople(one, check);
	for (const [index, step] of one.list('steps').entries()) {
		const command = step.text('cmd');
		const run = all[command];
		if (run === undefined) throw new Error(`unknown step ${command}`);
		try {
			await run(step, check, world);
		} catch (error) {
			throw new Error(`step ${index} (${command}): ${error instanceof Error ? error.message : 'fails'}`, {
				cause: error
			});
		}
	}
	if (one.has('merged_push_equal')) {
		check.same(mergesAgree(world), one.boolean('merged_push_equal'), 'merged_push_equal');
	}
	if (one.has('final_state')) {
		const states = [...world.devices.values()].map((device) => withoutStatus(device.state()));
		const expected = one.raw('final_state');
		for (const state of states) check.same(state, expected, 'final_state');
		check.holds(one.boolean('all_devices_converged'), 'all_devices_converged');
	}
};

/** Whether two devices made the same merge out of the same messages. */
function mergesAgree({ pushes }: World): boolean {
	return pushes.some((one) =>
		pushes.some(({ device, seqno, bytes }) => {
			return device !== one.device && seqno === one.seqno && bytes === one.bytes;
		})
	);
}

/** Whether a member's invite is under way is known to one device only, so final states do not tell. */
function withoutStatus(state: Readonly<Record<string, unknown>>): unknown {
	const { members } = state;
	if (!Array.isArray(members)) return state;
	return {
		members: members.map((member: Record<string, unknown>) => {
			const { status: _status, ...rest } = member;
			return rest;
		})
	};
}

export const handlers: Handlers = { steps };
