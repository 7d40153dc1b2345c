/** What bare workflows ask for: nothing. */

export async function first(): Promise<number> {
  return Date.now();
}

export async function second(): Promise<void> {}

export async function third(): Promise<void> {}
