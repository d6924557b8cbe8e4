export const MUTANTS: Record<string, never> = {};
