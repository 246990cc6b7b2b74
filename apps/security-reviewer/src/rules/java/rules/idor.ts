import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { unownedRecords } from '../../knowledge/unowned-record.ts';

/** A record looked up by the name the client gives, beside others of its kind that are asked for their owner. */
export const IDOR: DetectingRule = {
  id: 'java/idor',
  ...KIND_DESCRIPTIONS.idor,
  fix: 'Look the record up by its owner too, or compare its owner with who is asking before it is used.',
  weakExample:
    'import java.security.Principal;\nimport org.springframework.web.bind.annotation.*;\n\n@RestController\nclass Loans {\n  private final LoanRepository loans;\n\n  @GetMapping("/mine/{id}")\n  Loan mine(@PathVariable long id, Principal me) {\n    return loans.findByIdAndOwner(id, me.getName()).orElseThrow();\n  }\n\n  @GetMapping("/loans/{id}")\n  Loan one(@PathVariable long id, Principal me) {\n    return loans.findById(id).orElseThrow();\n  }\n}\n',
  safeExample:
    'import java.security.Principal;\nimport org.springframework.web.bind.annotation.*;\n\n@RestController\nclass Loans {\n  private final LoanRepository loans;\n\n  @GetMapping("/mine/{id}")\n  Loan mine(@PathVariable long id, Principal me) {\n    return loans.findByIdAndOwner(id, me.getName()).orElseThrow();\n  }\n\n  @GetMapping("/loans/{id}")\n  Loan one(@PathVariable long id, Principal me) {\n    return loans.findByIdAndOwner(id, me.getName()).orElseThrow();\n  }\n}\n',
  detect: unownedRecords,
};
