/** How long a secret may stay in the clipboard. */
export const clipboardSeconds = 60;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Copies a secret and takes it out of the clipboard again after a minute. Throws when the browser refuses. */
export async function copySecret(text: string): Promise<void> {
	await navigator.clipboard.writeText(text);
	clearTimeout(timer);
	timer = setTimeout(() => void clear(), clipboardSeconds * 1_000);
}

/** Only a page that has the focus may write the clipboard: without it, the clearing waits for the next moment. */
async function clear(): Promise<void> {
	try {
		await navigator.clipboard.writeText('');
	} catch {
		addEventListener('focus', () => void clear(), { once: true });
	}
}
