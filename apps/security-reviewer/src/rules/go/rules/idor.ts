import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { unownedRecords } from '../../knowledge/unowned-record.ts';

/** A record looked up by the name the client gives, beside others of its kind that are asked for their owner. */
export const IDOR: DetectingRule = {
  id: 'go/idor',
  ...KIND_DESCRIPTIONS.idor,
  fix: 'Look the record up by its owner too, or compare its owner with who is asking before it is used.',
  weakExample:
    'package notes\n\nimport "github.com/gofiber/fiber/v2"\n\nfunc (a *API) Mine(c *fiber.Ctx) error {\n\tvar note Note\n\ta.pool.QueryRow(c.Context(), "SELECT text FROM notes WHERE id = $1 AND owner = $2", c.Params("id"), c.Locals("user")).Scan(&note.Text)\n\treturn c.JSON(note)\n}\n\nfunc (a *API) One(c *fiber.Ctx) error {\n\tvar note Note\n\ta.pool.QueryRow(c.Context(), "SELECT text FROM notes WHERE id = $1", c.Params("id")).Scan(&note.Text)\n\treturn c.JSON(note)\n}\n',
  safeExample:
    'package notes\n\nimport "github.com/gofiber/fiber/v2"\n\nfunc (a *API) Mine(c *fiber.Ctx) error {\n\tvar note Note\n\ta.pool.QueryRow(c.Context(), "SELECT text FROM notes WHERE id = $1 AND owner = $2", c.Params("id"), c.Locals("user")).Scan(&note.Text)\n\treturn c.JSON(note)\n}\n\nfunc (a *API) One(c *fiber.Ctx) error {\n\tvar note Note\n\ta.pool.QueryRow(c.Context(), "SELECT text FROM notes WHERE id = $1 AND owner = $2", c.Params("id"), c.Locals("user")).Scan(&note.Text)\n\treturn c.JSON(note)\n}\n',
  detect: unownedRecords,
};
