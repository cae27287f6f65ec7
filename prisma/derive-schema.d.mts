export function derive(schema: string): string;
export function writeDerived(): string;
export function isPostgres(url: string | undefined): boolean;
