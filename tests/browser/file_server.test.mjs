// The page of the example file_server.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { sees, testExample } from './example.mjs';

const directory = mkdtempSync(path.join(tmpdir(), 'dunlin-files-'));
after(() => rmSync(directory, { recursive: true }));

const file = (name, buffer) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(buffer) });

async function upload(page, name, contents, as) {
  await page.setInputFiles('#file', file(name, contents));
  if (as) await page.fill('#name', as);
  await page.click('#upload');
}

testExample('file_server', ['--log', 'off', '--directory', directory, '--max-size', '3000000'], {
  'uploads files and lists them': async ({ page }) => {
    await sees(page, '#max', /^2\.9 MiB$/);
    await upload(page, 'notes.txt', 'To and fro');
    await sees(page, '#result', /^notes\.txt was uploaded\.$/);
    await upload(page, 'b.txt', 'x'.repeat(2_000_000), 'Grüße & <b>mehr.txt');
    await sees(page, '#result', /was uploaded\.$/);
    await sees(page, '#count', /^2$/);
    await sees(page, '#total', /^1\.9 MiB$/);
    assert.deepEqual(await page.locator('#files a').allTextContents(), ['Grüße & <b>mehr.txt', 'notes.txt']);
  },
  'downloads a file under its name': async ({ page }) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#files a >> text=notes.txt')]);
    assert.equal(download.suggestedFilename(), 'notes.txt');
    assert.equal(readFileSync(await download.path(), 'utf8'), 'To and fro');
  },
  'puts a file in the place of another': async ({ page }) => {
    await upload(page, 'notes.txt', 'Fro and to');
    await sees(page, '#result', /^notes\.txt took the place of the one before\.$/);
    assert.equal(readFileSync(path.join(directory, 'notes.txt'), 'utf8'), 'Fro and to');
  },
  'says what is wrong with a name': async ({ page, complaints }) => {
    await upload(page, 'notes.txt', 'x', '.hidden');
    await sees(page, '#result', /^A name has 64 octets/);
    assert.match(complaints.pop(), /400/);
  },
  'refuses a file that is too large': async ({ page }) => {
    await upload(page, 'large', 'x'.repeat(3_000_001));
    await sees(page, '#result', /^The file is larger/);
  },
  'deletes a file': async ({ page }) => {
    await page.click('button[aria-label="Delete notes.txt"]');
    await sees(page, '#result', /^notes\.txt was deleted\.$/);
    await sees(page, '#count', /^1$/);
  },
});
