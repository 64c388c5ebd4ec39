/// <reference types="trusted-types" />

declare global {
	namespace App {
		interface PageState {
			/** Restoring: the words are right and the name is asked for. */
			restoreStep?: 'name';
		}
	}
}

export {};
