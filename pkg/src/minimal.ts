export function showMinimal(_text?: { title: string; body: string }): void {}
