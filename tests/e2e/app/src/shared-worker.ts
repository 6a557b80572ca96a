import { answer } from './answer';

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  port!.onmessage = async ({ data }) => port!.postMessage(await answer(data));
});
