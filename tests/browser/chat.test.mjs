// The page of the example chat, in several browsers at a time.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

let other;

async function enter(page, name, room = 'shore') {
  await page.waitForFunction(() => document.querySelectorAll('#room option').length > 0);
  await page.selectOption('#room', room);
  await page.fill('#name', name);
  await page.click('#come');
  await sees(page, '#state', /^connected$/);
}

async function say(page, text) {
  await page.fill('#text', text);
  await page.click('#say');
}

/** Who said what, as a page shows it. */
const said = (page) => page.$$eval('#log li.said', (items) =>
  items.map((item) => [...item.querySelectorAll('bdi')].map((part) => part.textContent).join(': ')));

const hears = (page, number) => page.waitForFunction(
  (number) => document.querySelectorAll('#log li.said').length >= number, number);

testExample('chat', ['--log', 'off'], {
  'enters a room, and is told who comes': async ({ page, context, url }) => {
    await enter(page, 'Ada');
    await sees(page, '#where', /^shore: 1 here$/);
    other = await context.newPage();
    await other.goto(url);
    await sees(other, '#room', /shore \(1\)/);
    await enter(other, 'Ben');
    for (const each of [page, other]) await sees(each, '#where', /^shore: 2 here$/);
    await sees(page, '#log li.came:last-child', /Ben.*has come$/);
  },
  'shows all pages the same in the same order': async ({ page }) => {
    for (let number = 0; number < 5; number += 1) {
      await Promise.all([say(page, `from Ada ${number}`), say(other, `from Ben ${number}`)]);
    }
    for (const each of [page, other]) await hears(each, 10);
    assert.deepEqual(await said(page), await said(other));
    const own = (await said(page)).filter((line) => line.startsWith('Ada'));
    assert.deepEqual(own, [0, 1, 2, 3, 4].map((number) => `Ada: from Ada ${number}`));
  },
  'shows markup as text': async ({ page }) => {
    const text = '<img src=x onerror="document.title=1"><script>document.title=1</script>&amp;';
    await say(page, text);
    for (const each of [page, other]) {
      await hears(each, 11);
      assert.equal((await said(each)).at(-1), `Ada: ${text}`);
      assert.equal(await each.locator('#log img, #log script').count(), 0);
      assert.equal(await each.title(), 'Dunlin · chat');
    }
  },
  'shows markup in a name as text': async ({ page }) => {
    await other.click('#go');
    await sees(page, '#log li.went:last-child', /Ben.*has gone$/);
    await sees(page, '#where', /^shore: 1 here$/);
    await enter(other, '<b onclick=alert(1)>B');
    await sees(page, '#log li.came:last-child', /<b onclick=alert\(1\)>B/);
    assert.equal(await page.locator('#log b').count(), 0);
  },
  'comes back when it was closed': async ({ page }) => {
    await other.evaluate(() => socket.send('x'.repeat(257)));
    await sees(other, '#problem', /^closed with 1009/);
    await sees(page, '#log li.went:last-child', /has gone$/);
    await sees(other, '#state', /^connected$/);
    await sees(page, '#where', /^shore: 2 here$/);
    await say(other, 'here again');
    await hears(page, 12);
    await hears(other, 1);
  },
  'does not send what is too long': async ({ page }) => {
    await say(page, 'ä'.repeat(129));
    await sees(page, '#problem', /^A message has 256 octets at most\.$/);
    await sees(page, '#state', /^connected$/);
  },
  'leaves, and is not let in with a name that is too long': async ({ page }) => {
    await page.click('#go');
    await sees(page, '#state', /^outside$/);
    await page.fill('#name', 'ä'.repeat(13));
    await page.click('#come');
    await sees(page, '#problem', /^A name has 1 to 24 octets\.$/);
    await enter(page, 'Ada');
    await say(page, 'Here I am');
    await hears(page, 1);
    await other.close();
    await sees(page, '#where', /^shore: 1 here$/);
  },
});
