/** The two generations of servers that the local network can play: storage-server.md, 2.8.0 and [N]. */

export type ServerVersion = '2.8' | '2.11';

export const VERSION_NUMBERS: Readonly<Record<ServerVersion, readonly [number, number, number]>> = {
	'2.8': [2, 8, 0],
	'2.11': [2, 11, 0]
};

export const HARDFORK = [19, 5] as const;
export const BLOCK_HEIGHT = 1_900_000;

export function versionText(version: ServerVersion): string {
	return VERSION_NUMBERS[version].join('.');
}

export function isServerVersion(text: string): text is ServerVersion {
	return Object.hasOwn(VERSION_NUMBERS, text);
}
