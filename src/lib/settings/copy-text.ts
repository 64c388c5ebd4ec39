import { m } from '../i18n/paraglide/messages';
import { toast } from '../ui/toast.svelte';

/** Copies and says so; says what to do when the browser refuses. True when it worked. */
export async function copyText(text: string, said: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		toast(said);
		return true;
	} catch {
		toast(m.copy_failed());
		return false;
	}
}
