import { spawn } from 'node:child_process';

/**
 * Runs a command without a terminal, for at most so many milliseconds; then its whole process group is killed and `timedOut` is set.
 * With `endAtExit`, its end counts and what it leaves behind is killed. `onOutput` is called with all of stdout so far and the child, whenever more of it comes.
 */
export function runCommand(command, args, { cwd, env, timeout = 120_000, onOutput, endAtExit = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const result = { stdout: '', stderr: '', timedOut: false };
    const timer = setTimeout(() => {
      result.timedOut = true;
      killGroup(child.pid);
    }, timeout);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      result.stdout += text;
      onOutput?.(result.stdout, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      result.stderr += text;
    });
    const end = (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal });
    };
    child.once('error', (error) => {
      result.stderr += error.message;
      end(127, null);
    });
    child.once('close', end);
    // The output may be held open by what the command leaves behind.
    if (endAtExit) {
      child.once('exit', (code, signal) => {
        killGroup(child.pid);
        end(code, signal);
      });
    }
  });
}

/** Runs an installer; throws with what it said if it fails. */
export async function install(command, args, options) {
  const result = await runCommand(command, args, { timeout: 300_000, ...options });
  if (result.code === 0) return result;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new Error(
    `${command} ${args.join(' ')}: ${result.timedOut ? 'took too long' : `exit ${result.code}`}\n${said}`,
  );
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
