import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { toHtml } from './html.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';

/** Where a Chromium is, unless `CHROMIUM_PATH` names one. */
const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const isAsked = process.env['HARNESS_BROWSER'] !== undefined;
if (isAsked && executablePath === undefined) {
  console.warn('SKIPPED: the report in a browser. There is no Chromium here; name one in CHROMIUM_PATH.');
}

/** Two files, three severities. */
const findings = [
  sampleFinding({ id: 'F001', severity: 'critical' }),
  sampleFinding({ id: 'F002', severity: 'low', evidence: `x = "${'y'.repeat(500)}"` }),
  sampleFinding({ id: 'F003', severity: 'medium', location: { file: 'b.py', startLine: 1, endLine: 1 } }),
];

describe.runIf(isAsked && executablePath !== undefined)('the report in a browser', () => {
  let browser: Browser;
  let page: Page;
  let directory: string;
  /** What the page was refused or what failed in it. */
  let problems: string[];
  let requests: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'review-page-'));
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  beforeEach(async () => {
    page = await browser.newPage();
    problems = [];
    requests = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => {
      problems.push(dialog.message());
      return dialog.dismiss();
    });
    page.on('request', (request) => requests.push(request.url()));
  });

  afterEach(() => page.close());

  async function open(html: string, hash = ''): Promise<void> {
    const path = join(directory, 'report.html');
    writeFileSync(path, html);
    await page.goto(`${pathToFileURL(path).href}${hash}`);
  }

  /** The page is told what to do in text: the types of a browser are not those of this project. */
  const inPage = <Value>(expression: string): Promise<Value> => page.evaluate<Value>(expression);

  const shownIds = () =>
    inPage<string[]>(
      "[...document.querySelectorAll('article')].filter((it) => it.checkVisibility()).map(({ id }) => id)",
    );

  test('is shown, with its own script and style, and asks for nothing', async () => {
    await open(toHtml(sampleResult({ findings }), '1'));
    expect(await shownIds()).toEqual(['F001', 'F002', 'F003']);
    expect(await page.locator('#shown').textContent()).toBe('3 of 3 findings shown');
    expect(await inPage("getComputedStyle(document.querySelector('article')).borderLeftWidth")).toBe('6px');
    expect(await page.locator('#F001 pre').first().innerText()).toContain('return database.execute(\n');
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });

  test('is filtered by severity and by file', async () => {
    await open(toHtml(sampleResult({ findings }), '1'));
    await page.getByRole('checkbox', { name: 'low' }).uncheck();
    expect(await shownIds()).toEqual(['F001', 'F003']);
    await page.getByRole('combobox', { name: 'File' }).selectOption({ label: 'b.py (1)' });
    expect(await shownIds()).toEqual(['F003']);
    expect(await page.locator('#shown').textContent()).toBe('1 of 3 findings shown');
    expect(await page.getByRole('heading', { name: 'src/orders.py' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(shownIds).toEqual(['F001', 'F002', 'F003']);
  });

  test('is used with the keyboard alone', async () => {
    await open(toHtml(sampleResult({ findings }), '1'));
    await page.keyboard.press('Tab');
    expect(await inPage('document.activeElement.textContent')).toBe('Skip to the findings');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await shownIds()).toEqual(['F002', 'F003']);
    const reached = new Set<string>();
    const outlines = new Set<string | boolean>();
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      reached.add(await inPage('document.activeElement.tagName'));
      outlines.add(
        await inPage("document.activeElement.matches('body') || getComputedStyle(document.activeElement).outlineStyle"),
      );
    }
    expect(outlines).not.toContain('none');
    expect([...reached]).toEqual(expect.arrayContaining(['INPUT', 'SELECT', 'BUTTON', 'A', 'PRE', 'SUMMARY']));
  });

  test('shows the finding that its address names, also where it was filtered out', async () => {
    await open(toHtml(sampleResult({ findings }), '1'), '#F002');
    expect(await inPage('document.activeElement.id')).toBe('F002');
    await page.getByRole('checkbox', { name: 'low' }).uncheck();
    await inPage("location.hash = '#F001'");
    await inPage("location.hash = '#F002'");
    await expect.poll(() => page.locator('#F002').isVisible()).toBe(true);
  });

  test.each(['light', 'dark'] as const)(
    'is %s where the system is, with text that can be read',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await open(toHtml(sampleResult({ findings }), '1'));
      const ratios = await inPage<number[]>(`(${contrasts})()`);
      expect(ratios.length).toBeGreaterThan(20);
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
      const [red = 0] = await inPage<number[]>(
        'getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)',
      );
      expect(red < 128).toBe(colorScheme === 'dark');
    },
  );

  test('names all that can be used, has one heading of the first level and skips no level', async () => {
    await open(toHtml(hostileResult('x'), '1'));
    const levels = await inPage<number[]>(
      "[...document.querySelectorAll('h1,h2,h3')].map((it) => Number(it.tagName[1]))",
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    const unnamed = await inPage(`[...document.querySelectorAll('input,select,button,pre[tabindex],form')]
      .filter((it) => !(it.ariaLabel || it.labels?.[0]?.textContent || it.textContent)).length`);
    expect(unnamed).toBe(0);
    const ids = await inPage<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)");
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is wide enough on a telephone', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await open(toHtml(sampleResult({ findings }), '1'));
    expect(await inPage('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('shows everything where no script runs', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    writeFileSync(join(directory, 'still.html'), toHtml(sampleResult({ findings }), '1'));
    await still.goto(pathToFileURL(join(directory, 'still.html')).href);
    expect(await still.locator('article:visible').count()).toBe(3);
    expect(await still.locator('form').isVisible()).toBe(false);
    await context.close();
  });

  test.each(HOSTILE_TEXTS)('runs, loads and links nothing of %j', async (text) => {
    await open(toHtml(hostileResult(text), '1'));
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(await page.locator('img,svg,iframe,object,embed,link,base').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    const hosts = await inPage<string[]>("[...document.querySelectorAll('a')].map(({ host }) => host)");
    expect([...new Set(hosts)].toSorted()).toEqual(['', 'cwe.mitre.org', 'owasp.org']);
  });

  test('does not run or load what got into it all the same', async () => {
    const intruder =
      '<script>window.intruder = true</script><img src="https://evil.example/x" onerror="window.intruder = true">';
    const refused: (string | undefined)[] = [];
    page.on('requestfailed', (request) => refused.push(request.failure()?.errorText));
    await open(toHtml(sampleResult({ findings }), '1').replace('<main>', `<main>${intruder}`));
    await expect.poll(() => refused).toEqual(['csp']);
    expect(await inPage("'intruder' in window")).toBe(false);
    expect(problems.join('\n')).toContain('Content Security Policy');
  });
});

/** Contrast of every text with what is behind it, as WCAG 2 has it; runs in the page. */
const contrasts = `() => {
  const parse = (color) => color.match(/[0-9.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = color.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    const color = parse(getComputedStyle(element).backgroundColor);
    return color[3] === 0 ? behind(element.parentElement) : color;
  };
  const hasText = (node) => node.nodeType === 3 && node.textContent.trim() !== '';
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some(hasText) && !/SCRIPT|BUTTON|OPTION|SELECT/.test(element.tagName))
    .map((element) => {
      const text = luminance(parse(getComputedStyle(element).color));
      const ground = luminance(behind(element));
      return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    });
}`;
