// The page of the example chat.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

const said = (page) => page.locator('#log li.said').evaluateAll((items) => items.map((item) => item.querySelector('b').textContent + ': ' + item.querySelector('.what').textContent));

async function enter(page, name) {
  await page.locator('#room option').first().waitFor({ state: 'attached' });
  await page.selectOption('#room', 'dunes');
  await page.fill('#name', name);
  await page.click('#come');
  await sees(page, '#state', /^dunes$/);
}

async function say(page, text) {
  await page.fill('#text', text);
  await page.click('#say');
}

testExample('chat', ['--log', 'off'], {
  'several browsers see the same messages in the same order': async ({ page, context, url }) => {
    const others = [await context.newPage(), await context.newPage()];
    for (const other of others) await other.goto(url);
    const pages = [page, ...others];
    for (const [at, name] of ['Ada', 'Bea', 'Cleo'].entries()) await enter(pages[at], name);
    for (const one of pages) await sees(one, '#people', /^3$/);
    await Promise.all(pages.map(async (one, at) => {
      for (const number of [1, 2, 3]) await say(one, `<b>${at}</b> ${number} 🐦`);
    }));
    for (const one of pages) await one.locator('#log li.said').nth(8).waitFor();
    const seen = await Promise.all(pages.map(said));
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
    assert.deepEqual(seen[0].filter((line) => line.startsWith('Bea')), ['Bea: <b>1</b> 1 🐦', 'Bea: <b>1</b> 2 🐦', 'Bea: <b>1</b> 3 🐦']);
    await others[0].click('#go');
    await sees(page, '#people', /^2$/);
    await sees(page, '#log li:last-child', /Bea has gone$/);
    await others[1].close();
    await sees(page, '#people', /^1$/);
    await others[0].close();
  },
  'leaves and comes back': async ({ page }) => {
    await page.click('#go');
    await sees(page, '#state', /^outside$/);
    await enter(page, 'Ada again');
    await sees(page, '#log li:last-child', /Ada again has come$/);
    await say(page, 'Here I am');
    await sees(page, '#log li:last-child', /Ada again Here I am$/);
  },
});
