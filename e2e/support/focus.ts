import { expect, type Locator } from '@playwright/test';

/** Where typing would go, also in a window that is not the foremost: there Firefox says that nothing has the focus. */
export async function expectToHaveFocus(locator: Locator): Promise<void> {
	await expect(locator).toBeVisible();
	await expect.poll(() => locator.evaluate((element) => element === document.activeElement)).toBe(true);
}
