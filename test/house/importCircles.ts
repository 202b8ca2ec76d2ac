/** Groups of files that import each other, directly or by way of others (Tarjan's strongly connected components). */
export function importCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  function visit(file: string): number {
    const number = order.size;
    order.set(file, number);
    open.push(file);
    const reached = (imports.get(file) ?? [])
      .filter((target) => imports.has(target))
      .map((target) =>
        order.has(target) ? (open.includes(target) ? (order.get(target) ?? 0) : number) : visit(target),
      );
    const lowest = Math.min(number, ...reached);
    if (lowest === number) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest;
  }

  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
