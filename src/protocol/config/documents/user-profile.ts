/** What an account says about itself, and its notes to itself: config.md §9.1. */
import { equal } from '../../bytes';
import type { Bytes, Ed25519KeyPair, NetworkTime } from '../../types';
import { USER_PROFILE } from '../kinds';
import type { ConfigObject } from '../object';
import { openAccountConfig } from '../open';
import {
	checkPicture,
	checkText,
	FieldWriter,
	NAME_MAX_BYTES,
	readInteger,
	readNumbers,
	readPicture,
	readSeconds,
	readText
} from './fields';
import type { Picture } from './fields';
import { readProAccess, writeProAccess } from './pro-access';
import type { ProAccess } from './pro-access';

/**
 * Setters that take `now` also say when the person made the change, as clients do since autumn 2025: others then know
 * which of two profiles is the newer. Without it they write as older clients do.
 */
export class UserProfile {
	private readonly fields: FieldWriter;

	constructor(readonly config: ConfigObject) {
		this.fields = new FieldWriter(config, []);
	}

	static open(account: Ed25519KeyPair, dump?: Bytes): UserProfile {
		return new UserProfile(openAccountConfig(USER_PROFILE, account, dump));
	}

	/** Empty when none was set. */
	get name(): string {
		return readText(this.config.data, 'n');
	}

	/** Up to 100 bytes; empty removes it. Throws ProtocolError 'too-large'. */
	setName(name: string, now?: NetworkTime): void {
		const changed = this.name !== checkText(name, NAME_MAX_BYTES);
		this.fields.text('n', name);
		if (changed) this.markUpdated(now);
	}

	/** The one to show: what a client uploaded again counts from when it is newer than the person's own change. */
	get picture(): Picture | undefined {
		return this.renewedPicture ?? readPicture(this.config.data, 'p', 'q');
	}

	/** The one to show, when it was uploaded again since the person last changed something. */
	get renewedPicture(): Picture | undefined {
		const { data } = this.config;
		return readSeconds(data, 'T') > readSeconds(data, 't') ? readPicture(data, 'P', 'Q') : undefined;
	}

	/** Undefined removes it. Throws ProtocolError 'too-large' or 'malformed'. */
	setPicture(picture: Picture | undefined, now?: NetworkTime): void {
		const before = readPicture(this.config.data, 'p', 'q');
		const checked = checkPicture(picture);
		this.fields.picture('p', 'q', checked);
		if (checked === undefined) this.fields.picture('P', 'Q', undefined);
		if (now === undefined || samePicture(before, checked)) return;
		this.fields.positive('t', seconds(now));
		// As the reference does, which takes the renewed one away like one that is set.
		if (checked === undefined) this.fields.positive('T', seconds(now));
	}

	/**
	 * The same picture, uploaded anew before the file server forgets it. Throws ProtocolError 'too-large' or
	 * 'malformed'.
	 */
	setRenewedPicture(picture: Picture, now: NetworkTime): void {
		this.fields.picture('P', 'Q', checkPicture(picture));
		this.fields.positive('T', seconds(now));
	}

	/** Unix seconds of the last change, for messages; 0 when no client ever said. */
	get updated(): number {
		const { data } = this.config;
		const byPerson = readSeconds(data, 't');
		return byPerson === 0 ? 0 : Math.max(byPerson, readSeconds(data, 'T'));
	}

	/** Of Note to Self: negative hidden, 0 normal, positive pinned. */
	get notePriority(): number {
		return readInteger(this.config.data, '+') ?? 0;
	}

	setNotePriority(priority: number): void {
		this.fields.nonzero('+', priority);
	}

	/** Seconds after which notes disappear; 0 is never. */
	get noteExpiry(): number {
		return Math.max(0, readInteger(this.config.data, 'e') ?? 0);
	}

	setNoteExpiry(expirySeconds: number): void {
		this.fields.positive('e', expirySeconds);
	}

	/** Whether people of communities may write; undefined leaves it to the client. */
	get communityRequests(): boolean | undefined {
		const value = readInteger(this.config.data, 'M');
		return value === undefined ? undefined : value !== 0;
	}

	setCommunityRequests(allowed: boolean | undefined, now?: NetworkTime): void {
		const changed = this.communityRequests !== allowed;
		this.fields.number('M', allowed === undefined ? undefined : Number(allowed));
		if (changed) this.markUpdated(now);
	}

	/** Numbers of the Pro features that the profile shows: 0 the badge, 1 a moving picture. */
	get proFeatures(): readonly number[] {
		return readNumbers(this.config.data, 'f');
	}

	setProFeatures(features: readonly number[], now?: NetworkTime): void {
		const changed = this.proFeatures.join() !== [...features].sort((a, b) => a - b).join();
		this.fields.numbers('f', features);
		if (changed) this.markUpdated(now);
	}

	/** What Session Pro keeps here. */
	get pro(): ProAccess {
		return readProAccess(this.config.data);
	}

	setPro(access: ProAccess): void {
		writeProAccess(this.fields, access);
	}

	/** Whichever time is the newer one moves, so that the picture that is shown stays the same. */
	private markUpdated(now: NetworkTime | undefined): void {
		if (now === undefined) return;
		const { data } = this.config;
		const key = readSeconds(data, 't') >= readSeconds(data, 'T') ? 't' : 'T';
		this.fields.positive(key, seconds(now));
	}
}

function seconds(now: NetworkTime): number {
	return Math.trunc(now / 1000);
}

function samePicture(a: Picture | undefined, b: Picture | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	return a.url === b.url && equal(a.key, b.key);
}
