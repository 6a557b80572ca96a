// Figures in plain text: the first column to the left, the others to the right.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** min, median, max. */
export function spread(values) {
  return [Math.min(...values), median(values), Math.max(...values)];
}

/** The median of how one library compares with another, round by round. */
export function ratio(values, base) {
  return median(values.map((value, round) => value / base[round]));
}

export function table(title, head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  console.log(`\n${title}`);
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[column])
        : column === head.length - 1
          ? cell
          : cell.padStart(widths[column]),
    );
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}

/** "12 345" for whole numbers, else as many digits as asked for. */
export function figure(value, digits = 0) {
  const [whole, part] = value.toFixed(digits).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return part ? `${spaced}.${part}` : spaced;
}
