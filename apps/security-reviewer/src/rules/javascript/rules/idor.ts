import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { unownedRecords } from '../../knowledge/unowned-record.ts';

/** A record looked up by the name the client gives, beside others of its kind that are asked for their owner. */
export const IDOR: DetectingRule = {
  id: 'js/idor',
  ...KIND_DESCRIPTIONS.idor,
  fix: 'Look the record up by its owner too, or compare its owner with who is asking before it is used.',
  weakExample:
    "import express from 'express';\nimport { requireLogin } from './session';\nimport { Pet } from './models';\n\nconst router = express.Router();\nrouter.get('/mine/:id', requireLogin, async (request, response) => {\n  response.json(await Pet.findOne({ _id: String(request.params.id), owner: request.user.id }));\n});\nrouter.get('/pets/:id', requireLogin, async (request, response) => {\n  response.json(await Pet.findById(String(request.params.id)));\n});\n",
  safeExample:
    "import express from 'express';\nimport { requireLogin } from './session';\nimport { Pet } from './models';\n\nconst router = express.Router();\nrouter.get('/mine/:id', requireLogin, async (request, response) => {\n  response.json(await Pet.findOne({ _id: String(request.params.id), owner: request.user.id }));\n});\nrouter.get('/pets/:id', requireLogin, async (request, response) => {\n  response.json(await Pet.findOne({ _id: String(request.params.id), owner: request.user.id }));\n});\n",
  detect: unownedRecords,
};
