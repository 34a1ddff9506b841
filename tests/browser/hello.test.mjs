// The page of the example hello.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

testExample('hello', ['--log', 'off', '--second', '100ms'], {
  'greets with and without a name': async ({ page }) => {
    await page.click('#greet button');
    await sees(page, '#greeting', /^Hello, world!\nHost: 127\.0\.0\.1:\d+$/);
    await page.fill('#name', 'Grüße & Ada');
    await page.fill('#field', 'of my own');
    await page.click('#greet button');
    await sees(page, '#greeting', /^Hello, Grüße & Ada!\nname = Grüße & Ada\nHost: .*\nTest-Header-1: of my own$/);
    await sees(page, '#fields', /^Custom-Header-1: Custom-Value-1 · Custom-Header-2: Custom-Value-2$/);
  },
  'sends a text back': async ({ page }) => {
    await page.fill('#text', 'To and fro 🐦');
    await page.click('#send button');
    await sees(page, '#echo', /^To and fro 🐦$/);
  },
  'takes routes out and puts them back': async ({ page, complaints }) => {
    await page.click('#out');
    await sees(page, '#routes', /^204$/);
    await page.click('#send button');
    await sees(page, '#echo', /^This route was taken out\./);
    assert.match(complaints.pop(), /404/);
    await page.click('#back');
    await sees(page, '#routes', /^204$/);
    await page.click('#send button');
    await sees(page, '#echo', /^To and fro 🐦$/);
  },
  'counts visits by a cookie': async ({ page }) => {
    for (const visits of [1, 2, 3]) {
      await page.click('#count');
      await sees(page, '#visits', new RegExp(`^${visits}$`));
    }
    await page.click('#forget');
    await sees(page, '#visits', /^1$/);
  },
  'lets in who knows the password': async ({ page, complaints }) => {
    await page.fill('#password', 'Calidris alba');
    await page.click('#enter button');
    await sees(page, '#door', /^Who are you\?$/);
    assert.match(complaints.pop(), /401/);
    await page.fill('#password', 'Calidris alpina');
    await page.click('#enter button');
    await sees(page, '#door', /^\{"authenticated":true,"user":"dunlin"\}$/);
  },
  'listens to events, and stops': async ({ page }) => {
    await page.click('#listen');
    await sees(page, '#second', /^second \d+$/);
    const before = await page.textContent('#second');
    await page.waitForFunction((before) => document.getElementById('second').textContent !== before, before);
    await page.click('#listen');
    await sees(page, '#listen', /^Listen$/);
  },
  'asks with any method': async ({ page }) => {
    for (const method of ['POST', 'REPORT', 'GET']) {
      await page.selectOption('#method', method);
      await page.click('#ask button');
      await sees(page, '#answered', new RegExp(`^${method}$`));
    }
  },
});
