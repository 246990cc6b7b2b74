const PLAIN =
  /^(?:int|long|short|byte|char|double|float|boolean|Integer|Long|Short|Byte|Character|Double|Float|Boolean|UUID|BigDecimal|BigInteger|Instant|Duration|LocalDate|LocalDateTime|LocalTime|ZonedDateTime|OffsetDateTime|Date|Locale|HttpStatus|Pageable|AtomicInteger|AtomicLong|ObjectId)(?:\[\])?$/;

/** Whether values of the type are numbers and the like, in which nothing can be hidden. */
export function isPlainType(ref: string): boolean {
  return PLAIN.test(ref) && ref !== 'byte[]' && ref !== 'char[]' && ref !== 'Byte[]';
}

/** Whether the type says nothing of what can be done with a value: texts, and whatever holds them. */
export function isTextType(ref: string): boolean {
  return /^(?:String|CharSequence|Object|var|byte\[\]|char\[\]|String\[\]|Object\[\]|T|List|Set|Map|Collection|Iterable|Optional|Iterator|Stream|Supplier|Function)$/.test(
    ref,
  );
}
