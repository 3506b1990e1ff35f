// The guided client.
export function VisitPanel() {
  return <section />;
}
