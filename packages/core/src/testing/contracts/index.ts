/* oxlint-disable vitest/valid-title, vitest/expect-expect -- Titles and assertions are those of the checks. */
import { describe, test } from 'vitest';
import type { Awaitable } from '../../hooks.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';
import { durableChecks } from './durable-checks.ts';
import type { DurableSubject } from './durable-checks.ts';
import { modelChecks } from './model-checks.ts';
import type { ModelSubject } from './model-checks.ts';
import { storeChecks } from './store-checks.ts';
import type { StoreSubject } from './store-checks.ts';
import { toolChecks } from './tool-checks.ts';
import type { ToolSubject } from './tool-checks.ts';

/**
 * Registers the tests of {@link modelChecks} with vitest.
 *
 * @param makeSubject - Called for each test.
 *
 * @example
 * modelContract("acme-1", () => ({
 *   text: () => serve("text.sse"),
 *   toolCall: () => serve("tool-call.sse"),
 *   cut: () => serve("text.sse", { cutAt: 200 }),
 *   stalled: () => serve("text.sse", { stallAt: 200 }),
 *   error: () => serve("401.json"),
 *   errorKind: "auth",
 * }));
 */
export function modelContract(name: string, makeSubject: () => Awaitable<ModelSubject>): void {
  register(`${name} as a model`, modelChecks, makeSubject);
}

/**
 * Registers the tests of {@link toolChecks} with vitest.
 *
 * @param makeSubject - Called for each test.
 *
 * @example
 * toolContract("add", () => ({ tool: add, validArgs: [{ a: 1, b: 2 }], invalidArgs: [{ a: "1" }] }));
 */
export function toolContract(name: string, makeSubject: () => Awaitable<ToolSubject>): void {
  register(`${name} as a tool`, toolChecks, makeSubject);
}

/**
 * Registers the tests of {@link storeChecks} with vitest.
 *
 * @param makeSubject - Called for each test; gives an empty store.
 *
 * @example
 * storeContract("memoryStore", () => ({ store: memoryStore() }));
 */
export function storeContract(name: string, makeSubject: () => Awaitable<StoreSubject>): void {
  register(`${name} as a session store`, storeChecks, makeSubject);
}

/**
 * Registers the tests of {@link durableChecks} with vitest.
 *
 * @param makeSubject - Called for each test.
 *
 * @example
 * durableContract("inProcess", () => ({ engine: inProcess() }));
 */
export function durableContract(name: string, makeSubject: () => Awaitable<DurableSubject>): void {
  register(`${name} as a durable engine`, durableChecks, makeSubject);
}

function register<Subject extends ContractSubject>(
  title: string,
  checks: readonly ContractCheck<Subject>[],
  makeSubject: () => Awaitable<Subject>,
): void {
  describe(title, () => {
    for (const check of checks) {
      test(check.name, async (context) => {
        const subject = await makeSubject();
        try {
          const reason = check.skipReason?.(subject);
          if (reason !== undefined) context.skip(reason);
          await check.run(subject);
        } finally {
          await subject.close?.();
        }
      });
    }
  });
}
