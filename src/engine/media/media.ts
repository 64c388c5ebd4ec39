/** The media room put together: files through the file server, and pictures. */
import type { Bytes } from '../../protocol/types';
import type { NetworkProfile } from '../../networks/profile';
import type { FileServerView, PictureRef, PictureView } from '../api';
import { EngineError } from '../errors';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { Platform } from '../platform';
import type { AccountDatabase } from '../storage/types';
import {
	askChosen,
	parseChoice,
	serverView,
	targetOf,
	type ChosenServer,
	type UploadTarget
} from './file-servers';
import { createFileTransfer, type FileTransfer } from './file-transfer';
import { chooseOwnPicture, removeOwnPicture } from './own-picture';
import { createPictureKeeper, type PictureKeeper } from './picture-keeper';

export interface MediaOptions {
	readonly db: AccountDatabase;
	readonly network: Network;
	readonly platform: Platform;
	readonly log: Log;
	readonly profile: NetworkProfile;
}

export interface Media extends PictureKeeper {
	readonly transfer: FileTransfer;
	/** See `Engine` for these. */
	setPicture(bytes: Bytes | null): Promise<void>;
	readPicture(picture: PictureRef): Promise<PictureView | null>;
	fileServer(): Promise<FileServerView | null>;
	setFileServer(server: { readonly url: string; readonly key: string } | null): Promise<void>;
}

export function openMedia({ db, network, platform, log, profile }: MediaOptions): Media {
	const own = profile.fileServer;
	const random = (length: number) => platform.random(length);
	const now = () => network.clock.now();
	const chosen = () => db.read((tx) => tx.meta.get<ChosenServer>('file-server'));
	const target = async (): Promise<UploadTarget | null> => {
		const choice = await chosen();
		if (choice !== null) return targetOf(choice);
		return own && { server: own, key: undefined };
	};
	const pause = (ms: number) => new Promise<void>((resolve) => void platform.setTimeout(resolve, ms));
	const transfer = createFileTransfer({ network, own, target, pause });
	const keeper = createPictureKeeper({ db, transfer, platform, log, now });

	return {
		...keeper,
		transfer,
		async setPicture(bytes) {
			if (bytes === null) return removeOwnPicture(db, now());
			if ((await target()) === null) throw new EngineError('no-file-server');
			await chooseOwnPicture(db, bytes, random);
		},
		async readPicture(picture) {
			const stored = await db.read((tx) => tx.pictures.get(picture));
			return stored && { bytes: stored.bytes, type: stored.type };
		},
		async fileServer() {
			return serverView(own, await chosen());
		},
		async setFileServer(server) {
			const choice = server && parseChoice(server);
			if (choice !== null) await askChosen(network, targetOf(choice), random);
			await db.write((tx) => tx.meta.put('file-server', choice));
		}
	};
}
