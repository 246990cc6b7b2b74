import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { unownedRecords } from '../../knowledge/unowned-record.ts';

/** A record looked up by the name the client gives, beside others of its kind that are asked for their owner. */
export const IDOR: DetectingRule = {
  id: 'py/idor',
  ...KIND_DESCRIPTIONS.idor,
  fix: 'Look the record up by its owner too, or compare its owner with who is asking before it is used.',
  weakExample:
    'from flask import Flask, session\nfrom flask_login import login_required\nfrom models import Invoice\n\napp = Flask(__name__)\n\n@app.get("/mine/<int:number>")\n@login_required\ndef mine(number):\n    return Invoice.query.filter_by(id=number, owner_id=session["uid"]).first_or_404().as_dict()\n\n@app.get("/invoices/<int:number>")\n@login_required\ndef invoice(number):\n    return Invoice.query.filter_by(id=number).first_or_404().as_dict()\n',
  safeExample:
    'from flask import Flask, session\nfrom flask_login import login_required\nfrom models import Invoice\n\napp = Flask(__name__)\n\n@app.get("/mine/<int:number>")\n@login_required\ndef mine(number):\n    return Invoice.query.filter_by(id=number, owner_id=session["uid"]).first_or_404().as_dict()\n\n@app.get("/invoices/<int:number>")\n@login_required\ndef invoice(number):\n    return Invoice.query.filter_by(id=number, owner_id=session["uid"]).first_or_404().as_dict()\n',
  detect: unownedRecords,
};
