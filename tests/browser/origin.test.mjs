// Whose page may open a WebSocket, with the browser that decides what it tells the server.
//
//   DUNLIN_SAME_ORIGIN_URL=http://127.0.0.1:8080/ npm test
//
// That is the program of `cargo run -p dunlin-linux --example same_origin`. Skipped without it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = process.env.DUNLIN_SAME_ORIGIN_URL;
const skip = url ? false : 'DUNLIN_SAME_ORIGIN_URL is not set';

let browser, page, foreign;
const messages = [];

before(async () => {
  if (skip) return;
  // Another port is another origin.
  foreign = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Foreign</title><iframe id="nowhere" sandbox="allow-scripts" srcdoc="<p>null</p>"></iframe>');
  });
  foreign.listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  page = await browser.newPage();
  page.on('console', (message) => messages.push(message.text()));
});

after(async () => {
  await browser?.close();
  foreign?.closeAllConnections();
  foreign?.close();
});

// What a page sees of a WebSocket: the echo of a message, or an error.
const tryFrom = (frame, path) => frame.evaluate((target) => new Promise((resolve) => {
  const socket = new WebSocket(target);
  socket.onopen = () => socket.send('hello');
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = () => resolve('refused');
}), new URL(path, url).href.replace('http', 'ws'));

const foreignUrl = () => `http://127.0.0.1:${foreign.address().port}/`;

test('the page of the server itself opens the WebSocket', { skip }, async () => {
  await page.goto(url);
  assert.equal(await tryFrom(page, '/own'), 'hello');
});

test('the page of another origin is refused with 403', { skip }, async () => {
  await page.goto(foreignUrl());
  messages.length = 0;
  assert.equal(await tryFrom(page, '/own'), 'refused');
  const told = () => messages.find((text) => text.includes('/own'));
  // The page is told of the error before the console is told why.
  if (!told()) await page.waitForEvent('console', (message) => message.text().includes('/own'));
  assert.match(told(), /response code: 403/);
});

test('a page that belongs nowhere is refused', { skip }, async () => {
  await page.goto(foreignUrl());
  const frame = await (await page.waitForSelector('#nowhere')).contentFrame();
  assert.equal(await frame.evaluate(() => self.origin), 'null');
  assert.equal(await tryFrom(frame, '/own'), 'refused');
});

test('a route that does not ask is open to the page of another origin', { skip }, async () => {
  await page.goto(foreignUrl());
  assert.equal(await tryFrom(page, '/any'), 'hello');
});
