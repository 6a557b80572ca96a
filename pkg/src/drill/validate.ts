// Validates a value by a JSON Schema: the part of draft 2020-12 that drills/schema.json uses.
import type { DrillProblem } from '../../types/drill';

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

/** Everything that is wrong with a value; objects take no members but those that the schema names. */
export function validate(value: unknown, root: Schema): DrillProblem[] {
  const problems: DrillProblem[] = [];

  function check(value: unknown, given: Schema, path: string): void {
    const schema = { ...resolved(given), ...given };
    const expected = wanted(value, schema);
    if (expected) {
      problems.push({
        path,
        got: shown(value),
        expected,
        fix: schema.description ?? `write ${expected}`,
      });
    } else if (Array.isArray(value)) {
      value.forEach((item, at) => check(item, schema.items!, `${path}[${at}]`));
    } else if (typeof value === 'object') {
      members(value as Record<string, unknown>, schema, path);
    }
  }

  function members(value: Record<string, unknown>, { properties = {}, required = [] }: Schema, path: string) {
    const inside = (name: string) => (path ? `${path}.${name}` : name);
    for (const name of required) {
      if (name in value) continue;
      const member = properties[name]!;
      const expected = wanted(undefined, { ...resolved(member), ...member });
      const fix = member.description ?? resolved(member).description;
      problems.push({ path: inside(name), got: 'nothing', expected, fix: fix ?? `add ${expected}` });
    }
    for (const [name, member] of Object.entries(value)) {
      if (Object.hasOwn(properties, name)) {
        check(member, properties[name]!, inside(name));
        continue;
      }
      const known = Object.keys(properties).join(', ');
      problems.push({
        path: inside(name),
        got: shown(member),
        expected: `one of the members ${known}`,
        fix: 'take it out, or correct its name',
      });
    }
  }

  const resolved = ({ $ref }: Schema): Schema => ($ref ? root.$defs![$ref.slice('#/$defs/'.length)]! : {});

  check(value, root, '');
  return problems;
}

/** What a schema wants in place of the value; empty: it is right, its members and items aside. */
function wanted(value: unknown, schema: Schema): string {
  const { minimum = -Infinity, maximum = Infinity, minItems = 0, maxItems = Infinity } = schema;
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  if (schema.const !== undefined) return value === schema.const ? '' : shown(schema.const);
  if (schema.enum) return schema.enum.includes(value) ? '' : `one of ${schema.enum.map(shown).join(', ')}`;
  switch (schema.type) {
    case 'number':
    case 'integer': {
      const whole = schema.type === 'integer';
      const right = typeof value === 'number' && value >= minimum && value <= maximum;
      const what = whole ? 'a whole number' : 'a number';
      return right && (!whole || Number.isInteger(value)) ? '' : `${what} from ${minimum} to ${maximum}`;
    }
    case 'string': {
      const right = typeof value === 'string' && value.length >= minLength && value.length <= maxLength;
      if (pattern) return right && new RegExp(pattern).test(value) ? '' : `a text that fits ${pattern}`;
      return right
        ? ''
        : maxLength < Infinity
          ? `a text of ${minLength} to ${maxLength} characters`
          : 'a text';
    }
    case 'array': {
      const right = Array.isArray(value) && value.length >= minItems && value.length <= maxItems;
      return right ? '' : `a list of ${minItems} to ${maxItems}`;
    }
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? '' : 'an object';
  }
}

/** A value in a message: not more of it than a line holds. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
