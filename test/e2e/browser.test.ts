import { describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { startEmulator } from '../emulator/emulator.ts';
import { findInstalled } from '../helpers/installed.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';

const executablePath = findInstalled('Chromium');
const withChromium = executablePath === undefined ? it.skip : it;

describe('signing in with a real browser', () => {
  withChromium('ends on a page that says so, and the command goes on', async () => {
    const emulator = await startEmulator();
    const project = createScriptedProject('console.log("cdk ran")');
    const env = { ...emulator.env(), ...project.env, BROWSER: 'true', CDKX_LOGIN: 'auto' };
    // A wide terminal keeps the address on one line.
    const terminal = openCdkx(['deploy'], { ...project, env, columns: 600 });
    const [url] = await terminal.waitFor(/http:\/\/127\.0\.0\.1:\d+\/authorize\S+/);
    const browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.click('button[value=allow]');
      await page.waitForURL(/\/oauth\/callback/);
      expect(await page.textContent('body')).toMatch(/signed in/i);
    } finally {
      await browser.close();
    }
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran');
    await emulator.close();
  });
});
