/** What a group says about itself, signed by its admins: config.md §9.5. */
import { GROUP_INFO } from '../kinds';
import type { Bytes } from '../../types';
import type { SigningKeys } from '../message';
import type { ConfigObject } from '../object';
import { openGroupConfig } from '../open';
import {
	checkPicture,
	checkText,
	FieldWriter,
	NAME_MAX_BYTES,
	readInteger,
	readPicture,
	readSeconds,
	readText,
	toSeconds
} from './fields';
import type { Picture } from './fields';

export const DESCRIPTION_MAX_BYTES = 600;

/** Setters throw Error where the group's secret key is missing. */
export class GroupInfo {
	private readonly fields: FieldWriter;

	constructor(readonly config: ConfigObject) {
		this.fields = new FieldWriter(config, []);
	}

	/** `keys` are the group's encryption keys, the newest first. */
	static open(keys: readonly Bytes[], signing: SigningKeys, dump?: Bytes): GroupInfo {
		return new GroupInfo(openGroupConfig(GROUP_INFO, keys, signing, dump));
	}

	/** Empty when none was set. */
	get name(): string {
		return readText(this.config.data, 'n');
	}

	/** Up to 100 bytes; empty removes it. Throws ProtocolError 'too-large'. */
	setName(name: string): void {
		this.fields.text('n', checkText(name, NAME_MAX_BYTES));
	}

	get description(): string {
		return readText(this.config.data, 'o');
	}

	/** Up to 600 bytes; empty removes it. Throws ProtocolError 'too-large'. */
	setDescription(description: string): void {
		this.fields.text('o', checkText(description, DESCRIPTION_MAX_BYTES));
	}

	get picture(): Picture | undefined {
		return readPicture(this.config.data, 'p', 'q');
	}

	/** Undefined removes it. Throws ProtocolError 'too-large' or 'malformed'. */
	setPicture(picture: Picture | undefined): void {
		this.fields.picture('p', 'q', checkPicture(picture));
	}

	/** Seconds after which messages disappear, counted from sending; 0 is never. */
	get expirySeconds(): number {
		return Math.max(0, readInteger(this.config.data, 'E') ?? 0);
	}

	setExpirySeconds(seconds: number): void {
		this.fields.positive('E', seconds);
	}

	/** Unix seconds; 0 when unknown. */
	get created(): number {
		return readSeconds(this.config.data, 'c');
	}

	setCreated(time: number): void {
		this.fields.positive('c', toSeconds(time));
	}

	/** Unix seconds: every message before is to be deleted; 0 for none. */
	get deleteBefore(): number {
		return readSeconds(this.config.data, 'd');
	}

	setDeleteBefore(time: number): void {
		this.fields.positive('d', toSeconds(time));
	}

	/** Unix seconds: every attachment before is to be deleted; 0 for none. */
	get deleteAttachmentsBefore(): number {
		return readSeconds(this.config.data, 'D');
	}

	setDeleteAttachmentsBefore(time: number): void {
		this.fields.positive('D', toSeconds(time));
	}

	/** The group is over for everyone, for good. */
	get isDestroyed(): boolean {
		return (readInteger(this.config.data, '!') ?? 0) > 0;
	}

	destroy(): void {
		this.fields.flag('!', true);
	}
}
