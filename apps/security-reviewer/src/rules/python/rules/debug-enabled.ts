import { calledName } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { settingsOf, type Setting } from './settings.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const APPLICATIONS = /(?:^|\.)(?:FastAPI|Starlette|Application|Sanic|Dash|Quart|Litestar)$/;

/** A debugger or debug pages in a program that serves others. */
export const DEBUG_ENABLED: DetectingRule = {
  id: 'py/debug-enabled',
  ...KIND_DESCRIPTIONS['debug-enabled'],
  fix: 'Leave debug mode off by default and turn it on from the environment of a developer’s machine.',
  weakExample: 'from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n',
  safeExample:
    'import os\nfrom flask import Flask\n\napp = Flask(__name__)\napp.run(debug=os.environ.get("APP_DEBUG") == "1")\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const isRun =
        calledName(site) === 'run' &&
        site.receiver !== undefined &&
        !/^(?:uvicorn|asyncio|subprocess)\b/.test(site.ref);
      const isServer = isRun || calledName(site) === 'run_simple' || APPLICATIONS.test(site.ref);
      const options = ['debug', 'use_debugger', 'use_evalex'].map((name) => site.named.get(name)?.literal);
      if (isServer && options.includes(true)) yield { span: site.call.span };
    }
    const settings = settingsOf(analysis);
    const isSettingsModule = settings.some(({ name }) =>
      /^(?:INSTALLED_APPS|ALLOWED_HOSTS|MIDDLEWARE|ROOT_URLCONF)$/.test(name),
    );
    for (const setting of settings) {
      if (setting.value.literal === true && isDebugSetting(setting, isSettingsModule)) yield { span: setting.span };
    }
  },
};

function isDebugSetting({ name, owner, className, isLocal }: Setting, isSettingsModule: boolean): boolean {
  if (owner?.kind === 'name') return name === 'debug' && /^(?:app|application|server)$/.test(owner.name);
  if (owner !== undefined) {
    return /^(?:DEBUG|PROPAGATE_EXCEPTIONS)$/.test(name) && owner.kind === 'member' && owner.property === 'config';
  }
  if (className !== undefined) return name === 'DEBUG' && /prod/i.test(className);
  return name === 'DEBUG' && !isLocal && isSettingsModule;
}
