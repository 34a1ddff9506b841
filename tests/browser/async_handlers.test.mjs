// The page of the example async_handlers.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

const answers = (page, kind) => page.locator(`#requests tr.${kind} td:nth-child(2)`).allTextContents();

testExample('async_handlers', ['--log', 'off', '--work', '1s'], {
  'quick requests are answered while long ones wait': async ({ page }) => {
    await page.click('#long');
    await page.click('#long');
    await page.click('#quick');
    await sees(page, '#requests tr.quick td:nth-child(2)', /^200 At once\.$/);
    assert.equal(await page.textContent('#open'), '2');
    await sees(page, '#open', /^0$/);
    assert.deepEqual((await answers(page, 'long')).sort(), ['200 Job 1 is done.', '200 Job 2 is done.']);
  },
  'a fifth long request is refused at once': async ({ page, complaints }) => {
    for (let count = 0; count < 5; count += 1) await page.click('#long');
    await page.locator('#requests td.bad', { hasText: '503 All workers are busy.' }).waitFor();
    assert.equal(await page.textContent('#open'), '4');
    await sees(page, '#open', /^0$/);
    assert.equal(await page.textContent('#answered'), '8');
    // The browser tells of the refusal, too.
    assert.match(complaints.pop(), /503/);
  },
});
