// Runs before the first paint, so that neither the theme nor the landing page flashes. The keys belong to
// src/lib/shell/appearance.svelte.ts and src/lib/shell/account-mark.ts.
(() => {
	let storage;
	try {
		storage = window.localStorage;
	} catch {
		return;
	}
	const root = document.documentElement;
	const theme = storage.getItem('sotto:theme');
	const accent = storage.getItem('sotto:accent');
	if (accent !== null) root.dataset.accent = accent;
	if (theme === 'light' || theme === 'dark') {
		root.dataset.theme = theme;
		for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
			meta.setAttribute('content', theme === 'dark' ? '#1b1a18' : '#f4f2ee');
		}
	}
	if (location.pathname === '/' && storage.getItem('sotto:account') === '1') location.replace('/chats');
})();
