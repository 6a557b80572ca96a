// The key that leads to the notices, written as in aria-keyshortcuts: "Alt+T".

const MODIFIERS = ['Alt', 'Control', 'Meta', 'Shift'] as const;

export function pressed(event: KeyboardEvent, hotkey: string): boolean {
  const keys = hotkey.split('+');
  const key = (keys.pop() ?? '').toLowerCase();
  // Option+T types "†" on a Mac: the key's place counts too.
  // Autofill sends such events without a key.
  const same = event.key?.toLowerCase() === key || event.code?.toLowerCase() === 'key' + key;
  // Keystrokes that compose a character belong to the input method.
  return (
    same &&
    !event.isComposing &&
    MODIFIERS.every((name) => event.getModifierState(name) === keys.includes(name))
  );
}
