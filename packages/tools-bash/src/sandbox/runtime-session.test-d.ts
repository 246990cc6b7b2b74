import type { SandboxManager as PublishedManager } from '@anthropic-ai/sandbox-runtime';
import { expectTypeOf } from 'vitest';
import type { SandboxManager } from './runtime-session.ts';

// What is written down here is what the package really has.
expectTypeOf<typeof PublishedManager>().toExtend<SandboxManager>();
