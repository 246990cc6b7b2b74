import { writeSync } from 'node:fs';
import { resume, run } from '../../src/agent/run.ts';
import { sqliteStore } from '../../src/node/sqlite-store/sqlite-store.ts';
import type { SessionStore } from '../../src/session/store.ts';
import { payingAgent, sessionId } from './paying-agent.ts';

// A process that is there to be killed: it runs or resumes the agent, and says on its output which event was acknowledged.

const [way = '', path = '', executions = ''] = process.argv.slice(2);
const store = sqliteStore({ path });

const acknowledging: SessionStore = {
  ...store,
  async append(id, expectedSeq, events) {
    await store.append(id, expectedSeq, events);
    writeSync(1, `${events.at(-1)?.seq ?? 0}\n`);
  },
};

const { sessionId: _, ...options } = payingAgent(acknowledging, executions).options;
await (way === 'run' ? run('Pay.', { ...options, sessionId }) : resume(sessionId, options)).result();
await store.close();
