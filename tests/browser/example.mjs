// The examples, each with its page in headless Chromium.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const folder = process.env.DUNLIN_EXAMPLES;

/** Tests of the page of an example, with a program and a page for all of them. Skipped where the programs are not
 * told of: DUNLIN_EXAMPLES is their folder. The page must not complain, or ask anybody but its server. */
export function testExample(name, flags, tests) {
  const skip = folder ? false : 'DUNLIN_EXAMPLES is not set';
  const opened = { complaints: [], elsewhere: [] };
  let program, browser;

  before(async () => {
    if (skip) return;
    program = spawn(path.join(folder, name), ['--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    opened.url = await listening(program);
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
    context.setDefaultTimeout(15_000);
    opened.context = context;
    opened.page = await context.newPage();
    opened.page.on('pageerror', (error) => opened.complaints.push(String(error)));
    opened.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) opened.complaints.push(message.text());
    });
    opened.page.on('request', (request) => {
      const target = new URL(request.url());
      if (target.protocol !== 'data:' && target.origin !== new URL(opened.url).origin) opened.elsewhere.push(target.href);
    });
    await opened.page.goto(opened.url);
  });

  after(async () => {
    await browser?.close();
    program?.kill();
  });

  for (const [title, run] of Object.entries(tests)) test(`${name}: ${title}`, { skip }, () => run(opened));

  test(`${name}: fits a narrow screen, in both themes`, { skip }, async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 700 });
    const grounds = new Set();
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      grounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it scrolls sideways');
      if (process.env.DUNLIN_SCREENSHOTS) {
        await page.screenshot({ path: path.join(process.env.DUNLIN_SCREENSHOTS, `${name}-${colorScheme}.png`) });
      }
    }
    assert.equal(grounds.size, 2);
  });

  test(`${name}: nothing was complained of, nobody else asked`, { skip }, () => {
    assert.deepEqual(opened.complaints, []);
    assert.deepEqual(opened.elsewhere, []);
  });
}

async function listening(program) {
  for await (const line of createInterface({ input: program.stdout })) {
    if (line.startsWith('Listening: ')) {
      program.stdout.resume();
      return line.slice('Listening: '.length);
    }
  }
  throw new Error('the example ended before it listened');
}

/** Waits until an element's text, or value, has the pattern. */
export const sees = (page, selector, pattern) => page.waitForFunction(
  ([selector, source]) => {
    const element = document.querySelector(selector);
    return new RegExp(source).test(element?.matches('input, output') ? element.value : element?.textContent ?? '');
  },
  [selector, pattern.source],
);
