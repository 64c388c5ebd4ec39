// These pages are real HTML: readable before, and without, any script.
export const ssr = true;
export const prerender = true;
