// Messages to the server, and their answers: {status, told, after}. Status 0: there was none.

const ROOT = new URL("..", import.meta.url); // …/room/

/** The address of a part of room `code`. */
export const at = (code, part) => new URL(`${code}/${part}`, ROOT);

/** Send a message about room `code`. after: seconds that the server asks to wait. */
export async function send(code, deed, message = {}) {
  try {
    const answer = await fetch(at(code, deed), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message), cache: "no-store",
    });
    return { status: answer.status, told: await answer.json(), after: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, told: {}, after: 0 };
  }
}
