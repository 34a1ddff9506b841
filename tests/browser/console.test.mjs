// The echo server's console page, driven in Chromium as a person would.
//
//   DUNLIN_URL=http://127.0.0.1:8080/ npm test
//
// DUNLIN_LIMITS is device for a server that takes no message beyond 1 KiB whole. DUNLIN_SCREENSHOTS names a directory for three pictures of the page; CHROMIUM another browser binary.
// The tests build on each other: one page lives through all of them, and the last one
// looks back at it: which controls were never used, which requests went elsewhere, what the browser complained of.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = process.env.DUNLIN_URL;
if (!url) {
  console.error('DUNLIN_URL is not set: give the address of a running echo server, such as http://127.0.0.1:8080/');
  process.exit(1);
}
const { host, origin } = new URL(url);
const isDevice = process.env.DUNLIN_LIMITS === 'device';
const screenshots = process.env.DUNLIN_SCREENSHOTS;

let context, page, profile;
const complaints = [], elsewhere = [], refusals = [];

before(async () => {
  profile = await mkdtemp(path.join(tmpdir(), 'dunlin-browser-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run'],
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(() => {
    window.used = new Set();
    for (const type of ['click', 'input', 'change']) {
      addEventListener(type, ({ target }) => {
        if (target instanceof Element) window.used.add(target.closest('button, input, textarea, select, a, summary')?.id);
      }, true);
    }
  });
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol !== 'data:' && target.origin !== origin) elsewhere.push(target.href);
  });
  page = context.pages()[0] ?? await context.newPage();
  page.on('websocket', (socket) => { if (new URL(socket.url()).host !== host) elsewhere.push(socket.url()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (/closed before the connection is established/.test(message.text())) return;
    const expected = /\/auth\?token=wrong.*(HTTP Authentication failed|response code: 403)/.test(message.text());
    (expected ? refusals : complaints).push(message.text());
  });
  await page.goto(url);
});

after(async () => {
  await context?.close();
  if (profile) await rm(profile, { recursive: true, force: true });
});

// ---- What a person does and sees ----

const element = (id) => page.locator(`#${id}`);
const click = (id) => element(id).click();
const text = (id) => element(id).textContent();
// A radio button of a segmented control is hidden under its label.
const choose = (id) => page.locator('label', { has: page.locator(`#${id}`) }).click();
const sees = (id, pattern) => page.waitForFunction(
  ([id, source]) => new RegExp(source).test(document.getElementById(id).textContent), [id, pattern.source]);

async function connect(endpoint) {
  await choose(endpoint);
  await click('connect');
  await page.locator('#status[data-state=open]').waitFor();
}

async function write(message) {
  await element('message').fill(message);
  await click('send');
}

const row = (kind, ...parts) => parts.reduce((rows, part) => rows.filter({ hasText: part }), page.locator(`#log li.${kind}`)).last();

async function logShows(kind, ...parts) {
  try {
    await row(kind, ...parts).waitFor({ state: 'attached' });
  } catch (error) {
    throw new Error(`no “${kind}” row with ${parts.join(', ')} in the log:\n${await text('log')}`, { cause: error });
  }
}

async function startOver() {
  await click('clear');
  await page.waitForFunction(() => document.querySelectorAll('#log li').length === 0);
}

async function picture(name, options = {}) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), ...options });
}

// ---- Endpoints ----

test('before connecting, sending is closed and the page says why', async () => {
  assert.match(await text('state'), /Not connected/);
  assert.ok(await element('send').isDisabled());
  assert.ok(await element('disconnect').isDisabled());
  await element('message').press('Enter');
  await sees('problem', /Not connected/);
});

test('/ws echoes text and obeys its commands', async () => {
  await connect('end-ws');
  assert.match(await text('state'), /\/ws open since \d\d:\d\d:\d\d/);
  assert.match(await text('detail'), /subprotocol: none/);
  assert.equal(await text('problem'), '');
  await write('Grüße vom Strand 🐦');
  await logShows('out', 'text', '23 B', 'Grüße vom Strand 🐦');
  await logShows('in', 'text', '23 B', 'Grüße vom Strand 🐦', / ms/, 'identical');
  await click('quick-async');
  await logShows('in', 'Async data', / ms/, 'as expected');
  await click('quick-ping');
  await logShows('note', 'the server sends a ping');
  await write('still in step');
  await logShows('in', 'still in step', 'identical');
  assert.equal(await page.locator('#log li.in', { hasText: 'Ping' }).count(), 0);
  await sees('awaited', /^0$/);
});

test('what looks like markup is shown as the text it is', async () => {
  await write('<img src=x id=injected><b>bold</b>');
  await logShows('in', '<img src=x id=injected><b>bold</b>', 'identical');
  assert.equal(await page.locator('#injected').count(), 0);
});

test('text goes out as binary, as hex, and wrong hex is explained', async () => {
  await choose('as-utf8');
  await write('tide');
  await logShows('in', 'binary', '4 B', '74 69 64 65', 'identical');
  await choose('as-hex');
  await write('00 ff 0x7f, 80');
  await logShows('in', 'binary', '4 B', '00 ff 7f 80', 'identical');
  await write('0g');
  await sees('problem', /“g” is not a hex digit/);
  await write('123');
  await sees('problem', /second hex digit/);
  await choose('as-text');
  await sees('problem', /^$/);
  await write('');
  await logShows('in', 'text', '0 B', '(empty)', 'identical');
});

test('a file goes out as binary', async () => {
  const file = path.join(profile, 'plumage.bin');
  await writeFile(file, Uint8Array.from({ length: 300 }, (_, i) => i & 0xff));
  await element('file').setInputFiles(file);
  await logShows('note', 'file plumage.bin');
  await logShows('in', 'binary', '300 B', 'identical');
});

test('64 KiB come back byte for byte, or the page tells why not', async () => {
  await connect('end-echo');
  await click('quick-random');
  if (isDevice) {
    await page.locator('#status[data-state=failed]').waitFor();
    assert.match(await text('state'), /Closed with 1009/);
    assert.match(await text('detail'), /too big/);
    return;
  }
  await logShows('in', 'binary', '65,536 B', 'identical');
});

test('fragments from /ws_partial join to the same message', async () => {
  await connect('end-partial');
  await startOver();
  await click('quick-text');
  await logShows('in', 'text', '200 B', 'identical');
  await click('quick-random');
  await logShows('in', 'binary', '65,536 B', 'identical');
});

test('/auth refuses a wrong token, and the page explains it', async () => {
  await choose('end-auth');
  await element('token').fill('wrong');
  await Promise.all([page.waitForEvent('console'), click('connect')]);
  await page.locator('#status[data-state=failed]').waitFor();
  assert.match(await text('state'), /Could not connect/);
  assert.match(await text('detail'), /token.*401.*1006/);
  await logShows('bad', 'Could not connect');
  assert.equal(refusals.length, 1, 'the handshake was refused with 401 or 403');
});

test('/auth admits the right token and greets', async () => {
  await element('token').fill('valid');
  await connect('end-auth');
  await logShows('in', 'Welcome to the WebSocket Echo Server (post-handshake)!', 'from the server');
  await write('after the greeting');
  await logShows('in', 'after the greeting', 'identical');
});

test('the subprotocol chat is agreed on at every endpoint', async () => {
  await element('chat').check();
  for (const endpoint of ['end-ws', 'end-partial', 'end-auth', 'end-echo']) {
    await connect(endpoint);
    assert.match(await text('detail'), /subprotocol: chat/, endpoint);
  }
  await element('chat').uncheck();
});

test('disconnect tells the code and what it means', async () => {
  await click('disconnect');
  await page.locator('#status[data-state=closed]').waitFor();
  assert.match(await text('state'), /Closed with 1000/);
  assert.match(await text('detail'), /normal/);
  assert.ok(await element('send').isDisabled());
});

test('a connection given up before it opens is told as cancelled', async () => {
  await page.evaluate(() => {
    document.querySelector('#connect').click();
    document.querySelector('#disconnect').click();
  });
  await sees('state', /Cancelled/);
  assert.equal(await element('status').getAttribute('data-state'), 'closed');
});

// ---- Many messages ----

test('repeat sends at its interval until stopped', async () => {
  await connect('end-echo');
  await startOver();
  await element('message').fill('again');
  await element('every').fill('1');
  await click('repeat');
  assert.equal(await element('every').inputValue(), '5', 'an interval below the least one is corrected');
  await page.waitForFunction(() => document.querySelectorAll('#log li.in').length >= 5);
  await click('repeat');
  assert.equal(await text('repeat'), 'Repeat');
  await sees('awaited', /^0$/);
});

test('a flood returns whole and says how fast', async () => {
  await element('count').fill('1000');
  await element('bytes').fill('48');
  await click('flood');
  await sees('result', /1,000 of 1,000 × 48 bytes back in .* [\d,]+ msgs\/s, all identical/);
  await logShows('note', 'Flood: 1,000 of 1,000');
});

test('round-trip figures and chart are drawn', async () => {
  await page.waitForFunction(() => document.querySelector('#curve').getAttribute('d').split('L').length >= 5);
  const [least, median, p95] = await Promise.all(['rtt-min', 'rtt-median', 'rtt-p95'].map(async (id) => Number(await text(id))));
  assert.ok(least >= 0 && least <= median && median <= p95, `${least} <= ${median} <= ${p95}`);
  assert.match(await text('rtt-last'), /^[\d.]+$/);
  assert.ok(Number(await text('rtt-count')) >= 5);
  assert.match(await text('sent'), /^1,0\d\d \/ [\d,]+$/);
  assert.equal(await text('sent'), await text('received'));
  assert.ok(await page.evaluate(() => document.querySelector('#curve').getTotalLength()) > 8);
});

test('the log keeps its last 500 rows and stays where its reader scrolled', async () => {
  await element('every').fill('5');
  await click('repeat');
  await page.waitForFunction(() => document.querySelectorAll('#log li').length === 500);
  assert.ok(await page.evaluate(() => { const log = document.querySelector('#log'); return log.scrollHeight - log.scrollTop - log.clientHeight < 40; }));
  await element('log').hover();
  await page.mouse.wheel(0, -600);
  await element('newest').waitFor();
  await click('newest');
  await element('newest').waitFor({ state: 'hidden' });
  await click('repeat');
  await page.waitForFunction(() => document.querySelector('#awaited').textContent === '0');
  assert.equal(await page.locator('#log li').count(), 500);
});

test('the log is copied and downloaded', async () => {
  await startOver();
  await write('for the record');
  await logShows('in', 'for the record', 'identical');
  await click('copy');
  await sees('saved', /2 rows copied/);
  const [download] = await Promise.all([page.waitForEvent('download'), click('download')]);
  const saved = await readFile(await download.path(), 'utf8');
  assert.match(saved, /→ sent +text +14 B +for the record\n/);
  assert.match(saved, /← got +text +14 B +for the record +[\d.]+ ms +identical\n/);
  assert.equal(download.suggestedFilename(), 'dunlin-log.txt');
  await element('message').fill('');
  await element('message').press('ControlOrMeta+v');
  assert.equal(await element('message').inputValue(), saved.trimEnd() + '\n');
});

test('reset empties the figures', async () => {
  await click('reset');
  await sees('rtt-count', /^0$/);
  await sees('sent', /^0 \/ 0$/);
  assert.equal(await element('curve').getAttribute('d'), '');
});

// ---- Keyboard, theme, sizes ----

test('enter sends, shift+enter breaks the line, arrows recall', async () => {
  const box = element('message');
  await box.fill('first');
  await box.press('Enter');
  await logShows('in', 'first', 'identical');
  await box.fill('second');
  await box.press('Shift+Enter');
  await box.pressSequentially('line');
  assert.equal(await box.inputValue(), 'second\nline');
  await box.press('Enter');
  await logShows('in', '11 B', 'identical');
  await box.fill('');
  await box.press('ArrowUp');
  assert.equal(await box.inputValue(), 'second\nline');
  await box.press('ControlOrMeta+Home');
  await box.press('ArrowUp');
  assert.equal(await box.inputValue(), 'first');
  await box.press('ArrowDown');
  assert.equal(await box.inputValue(), 'second\nline');
  await box.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), '');
});

test('shortcuts are listed, work, and can be switched off', async () => {
  await click('help');
  assert.ok(await element('dialog').isVisible());
  await click('close');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  assert.ok(await element('dialog').isVisible());
  await page.keyboard.press('Escape');
  assert.ok(await element('dialog').isHidden());
  await page.keyboard.press('d');
  await page.locator('#status[data-state=closed]').waitFor();
  for (const [key, id] of [['2', 'end-partial'], ['3', 'end-auth'], ['4', 'end-echo'], ['1', 'end-ws']]) {
    await page.keyboard.press(key);
    assert.ok(await element(id).isChecked(), `${key} chooses ${id}`);
  }
  await page.keyboard.press('c');
  await page.locator('#status[data-state=open]').waitFor();
  await page.keyboard.press('m');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'message');
  await page.keyboard.press('Escape');
  await page.keyboard.press('x');
  await page.waitForFunction(() => document.querySelectorAll('#log li').length === 0);
  await click('help');
  await element('keys').uncheck();
  await click('close');
  await page.keyboard.press('d');
  await page.keyboard.press('?');
  assert.ok(await element('dialog').isHidden());
  assert.equal(await element('status').getAttribute('data-state'), 'open');
  await click('help');
  await element('keys').check();
  await click('close');
});

test('every control has a name and an id', async () => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, textarea, select')]
    .filter((control) => !control.id || !(control.textContent.trim() || control.ariaLabel || control.labels?.length))
    .map((control) => control.outerHTML));
  assert.deepEqual(nameless, []);
});

test('text stands out from its ground at least 4.5 to 1, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await write('contrast');
    await logShows('in', 'contrast', 'identical');
    assert.deepEqual(await page.evaluate(faintText), [], colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
});

function faintText() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3)
    .map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return channels(colour)[3] === 0 && node.parentElement ? ground(node.parentElement) : colour;
  };
  return [...document.body.querySelectorAll('*:not(script):not(style)')]
    .filter((node) => node.checkVisibility() && !node.matches(':disabled, :disabled *')
      && [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()))
    .map((node) => {
      const [dim, bright] = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => a - b);
      return { text: node.textContent.slice(0, 30), ratio: (bright + 0.05) / (dim + 0.05) };
    })
    .filter(({ ratio }) => ratio < 4.5);
}

// Some life on the page before its picture is taken.
async function pose() {
  await connect('end-ws');
  await startOver();
  for (let i = 1; i <= 30; i++) {
    await write(`Sandpiper number ${i} says hello`);
    await logShows('in', `Sandpiper number ${i} says hello`, 'identical');
  }
  await click('quick-async');
  await logShows('in', 'Async data');
  if (!isDevice) {
    await click('quick-random');
    await logShows('in', '65,536 B', 'identical');
  }
  await click('quick-ping');
  await click('flood');
  await sees('result', /all identical/);
}

test('the theme follows the system, can be set, and is remembered', async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await pose();
  await picture('desktop-light');
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  assert.notEqual(light, dark);
  await click('theme');
  assert.match(await text('theme'), /light/);
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: 'light' });
  await click('theme');
  assert.match(await text('theme'), /dark/);
  assert.equal(await ground(), dark);
  await picture('desktop-dark');
  const used = await page.evaluate(() => [...window.used]);
  await page.reload();
  await page.evaluate((ids) => ids.forEach((id) => window.used.add(id)), used);
  assert.equal(await ground(), dark, 'after a reload');
  await click('theme');
  assert.match(await text('theme'), /auto/);
  assert.equal(await ground(), light);
});

test('nothing moves for a reader who asked for less motion', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => { document.querySelector('#status').dataset.state = 'connecting'; });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
});

test('a phone of 360 pixels shows all of it without sideways scrolling', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await pose();
  await choose('end-auth');
  const beyond = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth - innerWidth,
    log: document.querySelector('#log').scrollWidth - document.querySelector('#log').clientWidth,
    controls: [...document.querySelectorAll('button, input, textarea')]
      .filter((control) => control.checkVisibility() && control.getBoundingClientRect().right > innerWidth).map(({ id }) => id),
  }));
  assert.deepEqual(beyond, { page: 0, log: 0, controls: [] });
  await picture('phone', { fullPage: true });
});

// ---- Looking back ----

test('every control of the page was used', async () => {
  const unused = await page.evaluate(() => [...document.querySelectorAll('button, input, textarea, select, a, summary')]
    .filter(({ id }) => !window.used.has(id)).map(({ outerHTML }) => outerHTML));
  assert.deepEqual(unused, []);
});

test('the page asked no other origin for anything, and the browser had nothing to complain of', () => {
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(complaints, []);
});
