/** The switches that make the file server misbehave, for tests and for the curious. */
import type { JsonFields } from '../reply';
import { noFaults } from '../faults';
import type { FileServer } from './file-server';
import { noFileFaults } from './file-faults';

export class FileSwitches {
	constructor(private readonly server: FileServer) {}

	/** As a power cut does: nothing listens, open connections break. */
	kill(): Promise<void> {
		return this.server.stop();
	}

	/** Listens again, where it did before. */
	async revive(): Promise<void> {
		await this.server.start('127.0.0.1', 0);
	}

	/** Every request waits this long before it is looked at. */
	slow(ms: number): void {
		this.server.faults.slowMs = ms;
	}

	/** Files come back with a flipped bit. */
	wrongBytes(on = true): void {
		this.server.faults.wrongBytes = on;
	}

	/** Every upload is refused with this status, such as 413 or 507; null takes them again. */
	refuseUploads(status: number | null): void {
		this.server.faults.refuseUploads = status;
	}

	/** As if everything had expired. */
	loseFiles(): void {
		this.server.store.deleteAll();
	}

	/** How many files there are: what tells an upload from an extended life. */
	count(): number {
		return this.server.store.snapshot().length;
	}

	/** Everything but lost files goes back to normal. */
	async heal(): Promise<void> {
		Object.assign(this.server.faults, noFaults(), noFileFaults());
		if (!this.server.up) await this.revive();
	}

	/** Counts only: what is in them is nobody's business. */
	state(): JsonFields {
		const { up, faults } = this.server;
		return {
			up,
			files: this.count(),
			slowMs: faults.slowMs,
			wrongBytes: faults.wrongBytes,
			refuseUploads: faults.refuseUploads
		};
	}
}
