import { answer } from './answer';

addEventListener('message', async ({ data }) => postMessage(await answer(data)));
