// The page of the example hello.

import { sees, testExample } from './example.mjs';

testExample('hello', ['--log', 'off'], {
  'greets with and without a name': async ({ page }) => {
    await page.click('#greet button');
    await sees(page, '#greeting', /^Hello, world!$/);
    await page.fill('#name', 'Grüße & Ada');
    await page.click('#greet button');
    await sees(page, '#greeting', /^Hello, Grüße & Ada!$/);
  },
  'sends a text back': async ({ page }) => {
    await page.fill('#text', 'To and fro 🐦');
    await page.click('#send button');
    await sees(page, '#echo', /^To and fro 🐦$/);
  },
});
